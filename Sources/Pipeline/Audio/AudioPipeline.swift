internal import Capture
internal import Codec
internal import Media

/// The sound's way from whatever source is requested to packets, on the audio thread, until the task is cancelled.
struct AudioPipeline {
  let bitrate: Bitrate
  let context: SessionContext

  func run() throws {
    let stage = try AudioStage(bitrate: bitrate, context: context)
    while !Task.isCancelled {
      let request = context.microphone.current
      stage.begin(request.generation)
      switch request.specification {
      case .auto, .pcm, .usb, .name:
        try loop(MicrophoneSource(request.specification, on: stage), stage, request.generation)
      case .test: try loop(GeneratedSound(isTone: true, on: stage), stage, request.generation)
      case .silence: try loop(GeneratedSound(isTone: false, on: stage), stage, request.generation)
      case .file(let path): try play(path, stage, request.generation)
      }
    }
  }

  /// A film's sound; silence where the film whose picture is shown has none: the channel needs sound all the same.
  private func play(_ path: String, _ stage: AudioStage, _ generation: Int) throws {
    let isShown = context.camera.current.specification == .file(path)
    let film = FilmSound(path, on: stage, clock: context.films.clock(for: path), maybeSilent: isShown)
    do { try loop(film, stage, generation) } catch CodecError.noAudio where isShown {
      try loop(GeneratedSound(isTone: false, on: stage), stage, generation)
    }
  }

  private func loop<S: Source & ~Copyable>(_ source: consuming S, _ stage: AudioStage, _ generation: Int) throws {
    var loop = SourceLoop(source, on: stage, mayGiveUp: context.mayGiveUp(generation), logger: context.logger)
    try loop.run()
  }
}
