internal import BroadcastConfiguration
internal import Codec
internal import Interface
internal import Logging
internal import Media
internal import Settings
internal import Synchronization

/// The sources, their encoders and a recorder: what runs whether or not a broadcast is on air.
final class Production: Sendable {
  /// Packets for the connection; open while there is one.
  let queue: PacketQueue
  let context: SessionContext
  let settings: BroadcastSettings
  private let parts: DescribedParts
  private let running = Mutex<[Task<Void, Never>]>([])
  private let threads = Mutex<[ThreadExecutor]>([])
  private let lastRecording = Mutex<BroadcastStatus.Recording?>(nil)
  private let recording = Mutex<(recorder: Recorder, task: Task<Void, Never>)?>(nil)

  /// What is longest in the queue to the publisher before video is dropped.
  private static let longestDelay: Duration = .milliseconds(1500)
  /// What `onMetaData` calls this program.
  static let encoderName = "ivs-broadcast"

  /// - Parameter isAttended: a person looks on: sources that fail are waited for.
  init(_ settings: BroadcastSettings, isAttended: Bool, tap: PictureTap = PictureTap(), logger: Logger) {
    self.settings = settings
    let queue = PacketQueue(limit: Self.longestDelay, isOpen: false)
    let parts = DescribedParts()
    (self.queue, self.parts) = (queue, parts)
    context = SessionContext(
      origin: SessionOrigin(pipelines: 2), packets: PacketFanOut(publisher: queue),
      camera: SourceWish(settings.camera), microphone: SourceWish(settings.microphone),
      picture: PictureControl(bitrate: settings.video.bitrate), sound: SoundControl(inputs: settings.microphoneInputs),
      tap: tap,
      video: VideoCounters(), audio: AudioCounters(), outlivesSources: isAttended,
      logger: logger
    ) { parts.add($0) }
  }

  /// Starts both lanes.
  /// - Parameter onFailure: called when one of them cannot go on.
  func start(onFailure: @escaping @Sendable (OperatorFailure) -> Void) {
    let (video, audio) = (
      VideoLane(encoding: settings.video, context: context), AudioLane(bitrate: settings.audioBitrate, context: context)
    )
    let (videoThread, audioThread): (ThreadExecutor, ThreadExecutor)
    do throws(NoThreadError) {
      (videoThread, audioThread) = (try ThreadExecutor(name: "video"), try ThreadExecutor(name: "audio"))
    } catch { return fail(OperatorFailure(any: error), onFailure) }
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

  private func guarded(_ onFailure: (OperatorFailure) -> Void, _ lane: () throws -> Void) async {
    do { try lane() } catch {
      guard !(error is CancellationError) else { return }
      fail(OperatorFailure(any: error), onFailure)
    }
  }

  /// What the packets are, once both encoders are open; `nil` if that never comes.
  func description() async -> StreamDescription? { await parts.stream(encoder: Self.encoderName) }

  /// Why a lane could not go on.
  var failure: OperatorFailure? { parts.failure }

  /// Asks both lanes to end; any thread.
  func cancel() {
    parts.giveUp()
    for task in running.withLock({ $0 }) { task.cancel() }
  }

  /// Ends everything and waits for it.
  func stop() async {
    cancel()
    for task in running.withLock({ $0 }) { await task.value }
    context.packets.finish()
    await stopRecording()
  }

  // MARK: Recording

  /// Records to a new file in `directory` until ``stopRecording()``.
  /// - Throws: one line if the directory cannot be made or written to.
  func record(in directory: String) throws(OperatorFailure) {
    let thread: ThreadExecutor
    do throws(NoThreadError) { thread = try ThreadExecutor(name: "recorder") } catch {
      throw OperatorFailure(any: error)
    }
    let recorder = try Recorder(directory: directory, logger: context.logger)
    context.logger.notice("recording to \(recorder.path)")
    context.packets.record(to: recorder.queue)
    let task = Task<Void, Never>(executorPreference: thread) { [parts] in
      defer { withExtendedLifetime(thread) {} }
      if let stream = await parts.stream(encoder: Self.encoderName) { await recorder.run(stream) }
    }
    recording.withLock { $0 = (recorder, task) }
  }

  /// Completes the recording, if there is one.
  func stopRecording() async {
    guard let (recorder, task) = recording.withLock({ $0 }) else { return }
    context.packets.record(to: nil)
    recorder.queue.finish()
    await task.value
    recording.withLock { $0 = nil }
    lastRecording.withLock { $0 = recorder.status }
    context.logger.notice("recorded \(recorder.path)")
  }

  /// The recording that runs; `nil` where there is none.
  var recordingStatus: BroadcastStatus.Recording? { recording.withLock { $0 }?.recorder.status }

  /// The recording that was completed last.
  var completedRecording: BroadcastStatus.Recording? { lastRecording.withLock { $0 } }
}
