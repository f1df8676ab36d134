internal import Codec
internal import Logging
internal import Media

/// A media file's pictures for the source loop, over and over and in real time.
///
/// The film is a camera like any other: each slot is filled, the last picture bridges what is missing.
struct FilmPictures: Source, ~Copyable {
  private let path: String
  private let stage: VideoStage
  private let clock: FilmClock
  private let logger: Logger
  private var converter: FrameConverter
  private var player: FilmPlayer<FilmPicture>?

  init(_ path: String, on stage: VideoStage, clock: FilmClock, logger: Logger) throws(CodecError) {
    converter = try FrameConverter(to: stage.encoding.size)
    (self.path, self.stage, self.clock, self.logger) = (path, stage, clock, logger)
  }

  var traits: SourceTraits { .film(path, "film", .picture) }

  func open() -> FilmReadAhead<FilmPicture>? {
    PendingOpenings.shared.attempt(at: "pictures of \(path)") { .pictures(of: path) }
  }

  mutating func begin(_ opening: FilmReadAhead<FilmPicture>) throws -> String? {
    guard try opening.isReady() else { return nil }
    player = FilmPlayer(opening, on: clock)
    return opening.name
  }

  mutating func step() throws -> Bool {
    guard let player else { return false }
    guard stage.hasStarted() else { return true }
    player.begin(at: stage.nextDue)
    switch try stage.step(player) {
    case .show(let film, let slot, let missing):
      stage.startTimer()
      try stage.bridge(missing, before: slot, converter)
      if let picture = film.take() { try show(picture, film.look) }
      let shown: Void? = try converter.withLastPicture { try stage.show($0, slot: slot, captureTime: .now()) }
      if shown == nil { try stage.hold(slot) }
    case .again(let slot):
      stage.startTimer()
      try stage.showLast(in: slot, converter)
      if stage.isOverloaded { stage.skipWhatIsLate() }
    case .wait(let time):
      try stage.fillOverdue(converter)
      sleepThread(until: min(time, .now() + .milliseconds(100)))
    }
    return !player.isStarved
  }

  /// Makes a decoded picture the last one; one that cannot be converted is left out.
  private mutating func show(_ picture: consuming Picture, _ look: PictureLook) throws {
    do throws(CodecError) { try converter.show(picture, as: look) } catch {
      if case .outOfMemory = error { throw error }
      logger.debug("a picture of the film was left out: \(error)")
    }
  }

  mutating func close() { player = nil }

  mutating func hold() throws { try stage.fillOverdue(converter) }
}
