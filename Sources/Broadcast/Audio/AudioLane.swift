internal import Capture
internal import Codec
internal import Interface
internal import Logging
internal import Media
internal import Settings
internal import Synchronization

/// The sound's way from whatever source is wanted to packets, on the audio thread, until the task is cancelled.
struct AudioLane {
  let bitrate: Bitrate
  let context: SessionContext

  /// A source that cannot be opened is tried again after this long.
  private static let retryInterval: Duration = .seconds(2)

  func run() throws {
    let stage = try AudioStage(bitrate: bitrate, context: context)
    var lastFailure: String?
    while !Task.isCancelled {
      let wish = context.microphone.current
      stage.begin(wish.generation)
      do {
        try run(wish.specification, stage)
        lastFailure = nil
      } catch let error where outlives(wish.generation) && !(error is CancellationError) {
        let failure = OperatorFailure(any: error).description
        stage.mark(.lost)
        context.audio.source.withLock { $0.description = failure }
        if failure != lastFailure { context.logger.error("no sound: \(failure)") }
        lastFailure = failure
        try stage.hold(until: .now() + Self.retryInterval)
      }
    }
  }

  /// A source that was chosen while another one was on air is no reason to end.
  private func outlives(_ generation: Int) -> Bool { context.outlivesSources || generation > 0 }

  private func run(_ microphone: MicrophoneSpecification, _ stage: AudioStage) throws {
    switch microphone {
    case .auto, .pcm, .usb, .name:
      try MicrophonePipeline(specification: microphone, stage: stage, logger: context.logger).run()
    case .test: try SyntheticAudioPipeline(sound: .testTone, stage: stage).run()
    case .silence: try SyntheticAudioPipeline(sound: .silence, stage: stage).run()
    case .file(let path):
      let clock = context.films.clock(for: path)
      do {
        try FileAudioPipeline(path: path, stage: stage, clock: clock, logger: context.logger).run()
      } catch CodecError.noAudio where context.camera.current.specification == .file(path) {
        // A silent film: the channel needs sound all the same.
        try SyntheticAudioPipeline(sound: .silence, stage: stage).run()
      }
    }
  }
}
