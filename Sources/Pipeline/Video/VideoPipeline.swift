internal import Capture
internal import Codec
internal import Media

/// The picture's way from whatever source is requested to packets, on the video thread, until the task is cancelled.
struct VideoPipeline {
  let encoding: VideoEncoding
  let context: SessionContext

  func run() throws {
    let stage = try VideoStage(encoding, context: context)
    defer { stage.finish() }
    let logger = context.logger
    while !Task.isCancelled {
      let request = context.camera.current
      stage.begin(request.generation)
      switch request.specification {
      case .auto, .node, .usb, .path, .name:
        try loop(CameraSource(request.specification, on: stage, logger: logger), stage, request.generation)
      case .test: try loop(GeneratedPictures(isPattern: true, on: stage), stage, request.generation)
      case .none: try loop(GeneratedPictures(isPattern: false, on: stage), stage, request.generation)
      case .file(let path):
        let clock = context.films.clock(for: path)
        try loop(FilmPictures(path, on: stage, clock: clock, logger: logger), stage, request.generation)
      }
    }
  }

  private func loop<S: Source & ~Copyable>(_ source: consuming S, _ stage: VideoStage, _ generation: Int) throws {
    var loop = SourceLoop(
      source, on: stage, mayGiveUp: context.mayGiveUp(generation), logger: context.logger)
    try loop.run()
  }
}
