internal import Capture
internal import Media

/// The test tone, or silence, for the source loop.
struct GeneratedSound: Source, ~Copyable {
  private let isTone: Bool
  private let stage: AudioStage
  private let tone = TestTone()
  private var samples = [Float](repeating: 0, count: 2 * Self.block)

  /// Sample frames in a block, one AAC frame.
  private static let block = 1024

  init(isTone: Bool, on stage: AudioStage) { (self.isTone, self.stage) = (isTone, stage) }

  var traits: SourceTraits {
    var traits = SourceTraits.generated("test tone", .sound)
    if !isTone { traits.announcement = Self.off }
    return traits
  }

  private static let off = "microphone off: sending silence"

  func open() -> ImmediateOpening? { ImmediateOpening() }

  mutating func begin(_ opening: ImmediateOpening) -> String? { isTone ? "the test tone" : Self.off }

  mutating func step() throws -> Bool {
    guard stage.hasStarted() else { return true }
    let due = stage.due(stage.next + Int64(Self.block))
    sleepThread(until: min(due, .now() + .milliseconds(200)))
    guard MediaTime.now() >= due else { return true }
    if isTone {
      let (start, tone) = (stage.next, tone)
      var span = samples.mutableSpan
      tone.fill(&span, startingAt: start)
      try stage.encode(samples.span)
    } else {
      try stage.encodeSilence(Self.block)
    }
    return true
  }

  mutating func close() {}

  mutating func hold() throws { try stage.hold() }
}
