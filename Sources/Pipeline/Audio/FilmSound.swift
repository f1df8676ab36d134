internal import Codec
internal import Media

/// A media file's sound for the source loop, over and over and in real time.
///
/// What the film does not give is silence: a gap, an end before the picture's, a file that cannot be read.
struct FilmSound: Source, ~Copyable {
  private let path: String
  private let stage: AudioStage
  private let clock: FilmClock
  /// The film's picture is shown: where it has no sound, silence takes its place.
  private let maybeSilent: Bool
  private var player: FilmPlayer<[Float]>?

  init(_ path: String, on stage: AudioStage, clock: FilmClock, maybeSilent: Bool) {
    (self.path, self.stage, self.clock, self.maybeSilent) = (path, stage, clock, maybeSilent)
  }

  var traits: SourceTraits { .film(path, "film's sound", .sound) }

  func open() -> FilmReadAhead<[Float]>? {
    let inputs = stage.inputs
    return PendingOpenings.shared.attempt(at: "sound of \(path)", as: "\(inputs)") { .sound(of: path, inputs: inputs) }
  }

  func yields(to error: any Error) -> Bool {
    if maybeSilent, case CodecError.noAudio = error { true } else { false }
  }

  mutating func begin(_ opening: FilmReadAhead<[Float]>) throws -> String? {
    guard try opening.isReady() else { return nil }
    player = FilmPlayer(opening, on: clock)
    return opening.name
  }

  mutating func step() throws -> Bool {
    guard let player else { return false }
    guard stage.hasStarted() else { return true }
    player.begin(at: stage.due(stage.next))
    guard let next = try player.next(at: .now()) else {
      try stage.bridge()
      sleepThread(until: .now() + .milliseconds(5))
      return !player.isStarved
    }
    // A gap becomes silence; what overlaps is left out. Half a millisecond is rounding.
    let gap = stage.index(at: next.due) - stage.next
    if gap > 24 {
      let count = Int(min(gap, 1024))
      if wait(for: count) { try stage.encodeSilence(count) }
      return true
    }
    let samples = next.item
    let skip = gap < -24 ? min(Int(-gap), samples.count / 2) : 0
    guard wait(for: samples.count / 2 - skip) else { return true }
    try stage.encode(samples.span.extracting((skip * 2)...))
    player.drop()
    return true
  }

  /// Waits until so many sample frames have been heard; false where another source is requested meanwhile.
  private func wait(for count: Int) -> Bool {
    let due = stage.due(stage.next + Int64(count))
    while !stage.isOver, MediaTime.now() < due { sleepThread(until: min(due, .now() + .milliseconds(200))) }
    return !stage.isOver
  }

  mutating func close() { player = nil }

  mutating func hold() throws { try stage.hold() }
}
