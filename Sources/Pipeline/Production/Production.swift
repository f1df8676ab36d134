internal import Codec
package import Interface
package import Logging
internal import Media
package import Packets
package import Settings
internal import Synchronization

/// The sources, their encoders and a recorder: what runs whether or not a broadcast is on air.
package final class Production: Sendable {
  /// Packets for the connection; open while there is one.
  package let queue: PacketQueue
  /// What both tracks share.
  package let context: SessionContext
  /// What was requested at its start.
  package let settings: PipelineSettings
  private let parts: StreamDescriptionCollector
  private let running = Mutex<[Task<Void, Never>]>([])
  private let threads = Mutex<[ThreadExecutor]>([])
  private let lastRecording = Mutex<BroadcastStatus.Recording?>(nil)
  private let recording = Mutex<(recorder: Recorder, task: Task<Void, Never>)?>(nil)

  /// What is longest in the queue to the publisher before video is dropped.
  private static let longestDelay: Duration = .milliseconds(1500)
  /// What `onMetaData` calls this program.
  package static let encoderName = "ivs-broadcast"

  /// Prepares a production; nothing is opened yet.
  /// - Parameter isAttended: a person looks on: sources that fail are waited for.
  package init(
    _ settings: PipelineSettings, isAttended: Bool, tap: PreviewTap = PreviewTap(), logger: Logger
  ) {
    self.settings = settings
    let queue = PacketQueue(limit: Self.longestDelay, soundDelay: settings.soundDelay, isOpen: false)
    let parts = StreamDescriptionCollector()
    (self.queue, self.parts) = (queue, parts)
    context = SessionContext(
      origin: SessionOrigin(pipelines: 2), packets: PacketFanOut(publisher: queue),
      camera: RequestedSource(settings.camera), microphone: RequestedSource(settings.microphone),
      picture: PictureControl(bitrate: settings.video.bitrate), sound: SoundControl(inputs: settings.microphoneInputs),
      tap: tap,
      video: VideoCounters(), audio: AudioCounters(), outlivesSources: isAttended,
      logger: logger
    ) { parts.add($0) }
  }

  /// Starts both tracks.
  /// - Parameter onFailure: called when one of them cannot go on.
  package func start(onFailure: @escaping @Sendable (OperatorFailure) -> Void) {
    let (video, audio) = (
      VideoPipeline(encoding: settings.video, context: context),
      AudioPipeline(bitrate: settings.audioBitrate, context: context)
    )
    let (videoThread, audioThread): (ThreadExecutor, ThreadExecutor)
    do throws(NoThreadError) {
      (videoThread, audioThread) = (try ThreadExecutor(name: "video"), try ThreadExecutor(name: "audio"))
    } catch { return fail(OperatorFailure(media: error), onFailure) }
    threads.withLock { $0 = [videoThread, audioThread] }
    running.withLock { running in
      running.append(
        Task(executorPreference: videoThread) { await self.guarded(onFailure) { try video.run() } })
      running.append(
        Task(executorPreference: audioThread) { await self.guarded(onFailure) { try audio.run() } })
    }
  }

  private func fail(_ failure: OperatorFailure, _ onFailure: (OperatorFailure) -> Void) {
    parts.giveUp(failure)
    onFailure(failure)
  }

  private func guarded(_ onFailure: (OperatorFailure) -> Void, _ track: () throws -> Void) async {
    do { try track() } catch {
      guard !(error is CancellationError) else { return }
      fail(OperatorFailure(media: error), onFailure)
    }
  }

  /// What the packets are, once both encoders are open; `nil` if that never comes.
  package func description() async -> StreamDescription? { await parts.stream(encoder: Self.encoderName) }

  /// Why a track could not go on.
  package var failure: OperatorFailure? { parts.failure }

  /// Asks both tracks to end; any thread.
  package func cancel() {
    parts.giveUp()
    for task in running.withLock({ $0 }) { task.cancel() }
  }

  /// Ends everything and waits for it.
  package func stop() async {
    cancel()
    for task in running.withLock({ $0 }) { await task.value }
    context.packets.finish()
    await stopRecording()
  }

  // MARK: Recording

  /// Records to a new file in `directory` until ``stopRecording()``.
  /// - Throws: one line if the directory cannot be made or written to.
  package func record(in directory: String) throws(OperatorFailure) {
    let thread: ThreadExecutor
    do throws(NoThreadError) { thread = try ThreadExecutor(name: "recorder") } catch {
      throw OperatorFailure(media: error)
    }
    let recorder = try Recorder(directory: directory, soundDelay: settings.soundDelay, logger: context.logger)
    context.logger.notice("recording to \(recorder.path)")
    context.packets.record(to: recorder.queue)
    let task = Task<Void, Never>(executorPreference: thread) { [parts] in
      defer { withExtendedLifetime(thread) {} }
      if let stream = await parts.stream(encoder: Self.encoderName) { await recorder.run(stream) }
    }
    recording.withLock { $0 = (recorder, task) }
  }

  /// Waits for the pictures that the encoder holds of what was captured before, a second at most.
  package func awaitHeldPictures() async {
    let delay = min(settings.video.encoderDelay, .seconds(1))
    if delay > .zero { try? await Task.sleep(for: delay) }
  }

  /// Completes the recording, if there is one.
  /// - Parameter discards: nothing of it is kept, and nothing is said.
  package func stopRecording(discards: Bool = false) async {
    guard let (recorder, task) = recording.withLock({ $0 }) else { return }
    context.packets.record(to: nil)
    recorder.queue.finish()
    await task.value
    recording.withLock { $0 = nil }
    guard !discards else { return recorder.discard() }
    // A recording that never began has no file.
    guard recorder.status.bytes > 0 else { return context.logger.notice("nothing was recorded") }
    lastRecording.withLock { $0 = recorder.status }
    context.logger.notice("recorded \(recorder.path)")
  }

  /// The recording that runs; `nil` where there is none.
  package var recordingStatus: BroadcastStatus.Recording? { recording.withLock { $0 }?.recorder.status }

  /// Where the recording that runs began; it may go on in another file.
  package var recordingPath: String? { recording.withLock { $0 }?.recorder.path }

  /// The recording that was completed last.
  package var completedRecording: BroadcastStatus.Recording? { lastRecording.withLock { $0 } }
}
