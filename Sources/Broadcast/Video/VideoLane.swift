internal import Capture
internal import Codec
internal import Interface
internal import Logging
internal import Media
internal import Settings
internal import Synchronization

/// The picture's way from whatever source is wanted to packets, on the video thread, until the task is cancelled.
struct VideoLane {
  let encoding: VideoEncoding
  let context: SessionContext

  /// A source that cannot be opened is tried again after this long.
  private static let retryInterval: Duration = .seconds(2)

  func run() throws {
    let stage = try VideoStage(encoding, context: context)
    var lastFailure: String?
    while !Task.isCancelled {
      let wish = context.camera.current
      stage.begin(wish.generation)
      do {
        try run(wish.specification, stage)
        lastFailure = nil
      } catch let error where outlives(wish.generation) && !(error is CancellationError) {
        let failure = OperatorFailure(any: error).description
        stage.mark(.lost)
        context.video.source.withLock { $0.description = failure }
        if failure != lastFailure { context.logger.error("no picture: \(failure)") }
        lastFailure = failure
        try stage.hold(until: .now() + Self.retryInterval)
      }
    }
  }

  /// A source that was chosen while another one was on air is no reason to end.
  private func outlives(_ generation: Int) -> Bool { context.outlivesSources || generation > 0 }

  private func run(_ camera: CameraSpecification, _ stage: VideoStage) throws {
    switch camera {
    case .auto, .node, .usb, .path, .name:
      try CameraPipeline(specification: camera, stage: stage, logger: context.logger).run()
    case .test: try SyntheticVideoPipeline(picture: .testPattern, stage: stage).run()
    case .none: try SyntheticVideoPipeline(picture: .black, stage: stage).run()
    case .file(let path):
      let clock = context.films.clock(for: path)
      try FileVideoPipeline(path: path, stage: stage, clock: clock, logger: context.logger).run()
    }
  }
}
