internal import Capture
internal import Codec
internal import Logging
internal import Media
internal import RTMP
internal import Synchronization

/// The running parts of one broadcast and how they hang together.
struct Session: Sendable {
  private let settings: BroadcastSettings
  private let publishing: PublishShell
  private let recorder: Recorder?
  private let context: SessionContext
  private let parts: DescribedParts
  private let status: StatusCollector

  /// What is longest in the queue to the publisher before video is dropped.
  private static let longestDelay: Duration = .milliseconds(1500)

  init(
    settings: BroadcastSettings, recordDirectory: String?, target: PublishShell.Target, channelName: String,
    playbackURL: String?, logger: Logger
  ) throws {
    self.settings = settings
    let control = EncoderControl(bitrate: settings.video.bitrate)
    let queue = PacketQueue(limit: Self.longestDelay, isOpen: false)
    recorder = try recordDirectory.map { try Recorder(directory: $0, logger: logger) }
    publishing = PublishShell(
      target: target, queue: queue, duration: settings.duration,
      policy: settings.keepsTrying ? .unattended : .attended, logger: logger)
    let parts = DescribedParts()
    self.parts = parts
    context = SessionContext(
      origin: SessionOrigin(pipelines: 2), packets: PacketFanOut(publisher: queue, recorder: recorder?.queue),
      control: control, video: VideoCounters(), audio: AudioCounters(), logger: logger
    ) { parts.add($0) }
    status = StatusCollector(
      settings: settings, context: context, queue: queue, publishing: publishing, recorder: recorder,
      channelName: channelName, playbackURL: playbackURL)
    if let recorder { logger.notice("recording to \(recorder.path)") }
  }

  /// Runs all parts until the publishing ends; then stops the others and waits for them.
  func run(
    until stopWish: StopWish, onEnding: @Sendable (BroadcastOutcome) -> Void,
    onStatus: @escaping @Sendable (BroadcastStatus) -> Void
  ) async -> BroadcastOutcome {
    let (videoThread, audioThread) = (ThreadExecutor(name: "video"), ThreadExecutor(name: "audio"))
    let writerThread = ThreadExecutor(name: "recorder")
    defer { withExtendedLifetime((videoThread, audioThread, writerThread)) {} }
    let video = Task(executorPreference: videoThread) { await guarded { try runVideo() } }
    let audio = Task(executorPreference: audioThread) { await guarded { try runAudio() } }
    let ticker = Task { await tick(onStatus) }
    stopWish.onRaise { [publishing, parts] in
      publishing.report(.stop)
      parts.giveUp()
      video.cancel()
      audio.cancel()
    }
    let recording = Task<Void, Never>(executorPreference: writerThread) { [recorder, parts] in
      if let recorder, let stream = await parts.stream(encoder: Self.encoderName) { await recorder.run(stream) }
    }
    let outcome: BroadcastOutcome
    if let stream = await parts.stream(encoder: Self.encoderName) {
      outcome = await publishing.run(stream)
    } else {
      outcome = parts.failure.map { .failed($0) } ?? .stopped
    }
    onEnding(outcome)
    for task in [video, audio, ticker] { task.cancel() }
    _ = await (video.value, audio.value, ticker.value)
    context.packets.finish()
    await recording.value
    onStatus(await status.collect(ended: true))
    return outcome
  }

  static let encoderName = "ivs-broadcast"

  /// Runs a pipeline; if it ends by an error, so does the session.
  private func guarded(_ pipeline: () throws -> Void) async {
    do { try pipeline() } catch {
      guard !(error is CancellationError) else { return }
      let failure = BroadcastFailure(any: error)
      parts.giveUp(failure)
      publishing.report(.sourceFailed(failure))
    }
  }

  private func runVideo() throws {
    switch settings.camera {
    case .auto, .node, .usb, .path, .name:
      try CameraPipeline(specification: settings.camera, encoding: settings.video, context: context).run()
    case .test: try SyntheticVideoPipeline(picture: .testPattern, encoding: settings.video, context: context).run()
    case .none: try SyntheticVideoPipeline(picture: .black, encoding: settings.video, context: context).run()
    case .file(let path): try FileVideoPipeline(path: path, encoding: settings.video, context: context).run()
    }
  }

  private func runAudio() throws {
    let bitrate = settings.audioBitrate
    switch settings.microphone {
    case .auto, .pcm, .usb, .name:
      try MicrophonePipeline(specification: settings.microphone, bitrate: bitrate, context: context).run()
    case .test: try SyntheticAudioPipeline(sound: .testTone, bitrate: bitrate, context: context).run()
    case .silence: try SyntheticAudioPipeline(sound: .silence, bitrate: bitrate, context: context).run()
    case .file(let path):
      do { try FileAudioPipeline(path: path, bitrate: bitrate, context: context).run() } catch CodecError.noAudio
        where settings.camera == .file(path)
      {
        // A silent film: the channel needs sound all the same.
        try SyntheticAudioPipeline(sound: .silence, bitrate: bitrate, context: context).run()
      }
    }
  }

  private func tick(_ onStatus: @Sendable (BroadcastStatus) -> Void) async {
    while !Task.isCancelled {
      onStatus(await status.collect(ended: false))
      try? await Task.sleep(for: .seconds(1))
    }
  }
}

/// Collects the tracks' descriptions from the pipelines' threads until the stream is described.
final class DescribedParts: Sendable {
  private struct State {
    var video: StreamDescription.Video?
    var audio: StreamDescription.Audio?
    var failure: BroadcastFailure?
    var isOver = false
    var waiting: [CheckedContinuation<Void, Never>] = []

    var isSettled: Bool { isOver || (video != nil && audio != nil) }
  }

  private let state = Mutex(State())

  func add(_ track: ReadyTrack) {
    settle { state in
      switch track {
      case .video(let video): state.video = video
      case .audio(let audio): state.audio = audio
      }
    }
  }

  /// Nothing more is coming: a pipeline failed, or a stop is wished.
  func giveUp(_ failure: BroadcastFailure? = nil) {
    settle { state in
      state.isOver = true
      if state.failure == nil { state.failure = failure }
    }
  }

  /// The first failure of a pipeline.
  var failure: BroadcastFailure? { state.withLock { $0.failure } }

  /// The whole description; `nil` if it will never be whole.
  func stream(encoder: String) async -> StreamDescription? {
    await withCheckedContinuation { continuation in
      let isSettled = state.withLock { state in
        if !state.isSettled { state.waiting.append(continuation) }
        return state.isSettled
      }
      if isSettled { continuation.resume() }
    }
    return state.withLock { state in
      guard let video = state.video, let audio = state.audio else { return nil }
      return StreamDescription(video: video, audio: audio, encoder: encoder)
    }
  }

  private func settle(_ change: (inout State) -> Void) {
    let waiting = state.withLock { state -> [CheckedContinuation<Void, Never>] in
      change(&state)
      guard state.isSettled else { return [] }
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.resume() }
  }
}
