internal import Codec
internal import Interface
internal import Logging
internal import Media

/// A media file's sound, in a loop and in real time, to packets, on the audio thread, until another source is wanted.
///
/// What the film does not give is silence: a gap, an end before the picture's, a file that cannot be read.
struct FileAudioPipeline {
  let path: String
  let stage: AudioStage
  let clock: FilmClock
  let logger: Logger

  func run() throws {
    let inputs = stage.inputs
    var player = FilmPlayer(clock: clock, open: { FilmFeed.sound(of: path, inputs: inputs) }, report: tell)
    defer { player.cancel() }
    guard try waitUntilReady(&player) else { return }
    try stage.waitForStart()
    player.begin(at: stage.due(stage.next))
    while !stage.isOver {
      guard let next = player.next(at: .now()) else {
        try stage.bridge()
        sleepThread(until: .now() + .milliseconds(5))
        continue
      }
      // A gap becomes silence; what overlaps is left out. Half a millisecond is rounding.
      let gap = stage.index(at: next.due) - stage.next
      if gap > 24 {
        try silence(Int(min(gap, 1024)))
        continue
      }
      let samples = next.item
      let skip = gap < -24 ? min(Int(-gap), samples.count / 2) : 0
      wait(until: stage.due(stage.next + Int64(samples.count / 2 - skip)))
      guard !stage.isOver else { return }
      try stage.encode(samples.span.extracting((skip * 2)...))
      player.drop()
    }
  }

  /// Silence in real time.
  private func silence(_ count: Int) throws {
    wait(until: stage.due(stage.next + Int64(count)))
    if !stage.isOver { try stage.encodeSilence(count) }
  }

  private func wait(until due: MediaTime) {
    while !stage.isOver, MediaTime.now() < due { sleepThread(until: min(due, .now() + .milliseconds(200))) }
  }

  /// Waits for the first sound while silence goes on; false when another source is wanted meanwhile.
  private func waitUntilReady(_ player: inout FilmPlayer<[Float]>) throws -> Bool {
    let deadline = MediaTime.now() + FileVideoPipeline.openDeadline
    while !stage.isOver {
      if try player.isReady() { return true }
      guard MediaTime.now() < deadline else { throw FileVideoPipeline.hanging(path) }
      sleepThread(until: .now() + .milliseconds(2))
      if stage.clock.origin != nil { try stage.bridge() }
    }
    return false
  }

  private func tell(_ report: FilmPlayer<[Float]>.Report) {
    switch report {
    case .opened(let text): stage.show(source: text)
    case .lost(let reason):
      stage.mark(.lost)
      logger.error("film's sound lost, silence goes on", metadata: ["reason": "\(reason)"])
    case .back:
      stage.mark(.running)
      logger.notice("film's sound is back")
    }
  }
}
