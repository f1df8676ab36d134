internal import Codec
internal import Interface
internal import Logging
internal import Media
internal import Settings

/// A media file's pictures, in a loop and in real time, to packets, on the video thread, until another source is wanted.
///
/// The film is a camera like any other: each slot is filled, the last picture bridges what is missing.
struct FileVideoPipeline {
  let path: String
  let stage: VideoStage
  let clock: FilmClock
  let logger: Logger

  /// A file that takes longer to open and to decode hangs.
  static let openDeadline: Duration = .seconds(10)

  func run() throws {
    var converter = try FrameConverter(to: stage.encoding.size)
    var player = FilmPlayer(clock: clock, open: { FilmFeed.pictures(of: path) }, report: tell)
    defer { player.cancel() }
    guard try waitUntilReady(&player) else { return }
    player.begin(at: try stage.waitForStart())
    while !stage.isOver {
      switch stage.step(&player) {
      case .show(let film, let slot, let missing):
        stage.startTimer()
        try stage.bridge(missing, before: slot, converter)
        if let picture = film.take() { try show(picture, film.look, &converter) }
        _ =
          try converter.withLastPicture { try stage.encode($0, slot: slot, captureTime: .now()) }
          ?? stage.hold(slot)
      case .again(let slot):
        stage.startTimer()
        try stage.showLast(in: slot, converter)
        if stage.isOverloaded { stage.skipWhatIsLate() }
      case .wait(let time):
        try stage.fillOverdue(converter)
        sleepThread(until: min(time, .now() + .milliseconds(100)))
      }
    }
  }

  /// Makes a decoded picture the last one; one that cannot be converted is left out.
  private func show(
    _ picture: consuming Picture, _ look: PictureLook, _ converter: inout FrameConverter
  ) throws {
    do throws(CodecError) { try converter.show(picture, as: look) } catch {
      if case .outOfMemory = error { throw error }
      logger.debug("a picture of the film was left out: \(error)")
    }
  }

  /// Waits for the first picture while what was on air before stays; false when another source is wanted meanwhile.
  private func waitUntilReady(_ player: inout FilmPlayer<FilmPicture>) throws -> Bool {
    let deadline = MediaTime.now() + Self.openDeadline
    while !stage.isOver {
      if try player.isReady() { return true }
      guard MediaTime.now() < deadline else { throw Self.hanging(path) }
      sleepThread(until: .now() + .milliseconds(2))
      try stage.hold()
    }
    return false
  }

  /// What is said of a file that neither opens nor fails.
  static func hanging(_ path: String) -> OperatorFailure {
    OperatorFailure("\(path) cannot be read: no answer; check the disk or network it is on", .inputOutput)
  }

  private func tell(_ report: FilmPlayer<FilmPicture>.Report) {
    switch report {
    case .opened(let text): stage.show(source: text)
    case .lost(let reason):
      stage.mark(.lost)
      logger.error("film lost, its last picture stays", metadata: ["reason": "\(reason)"])
    case .back:
      stage.mark(.running)
      logger.notice("film is back")
    }
  }
}
