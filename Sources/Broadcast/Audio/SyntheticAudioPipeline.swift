internal import Capture
internal import Interface
internal import Media

/// The test tone, or silence, to packets, on the audio thread, until the task is cancelled.
struct SyntheticAudioPipeline {
  /// What is heard.
  enum Sound { case testTone, silence }

  let sound: Sound
  let stage: AudioStage

  /// Sample frames in a block, one AAC frame.
  private static let block = 1024

  func run() throws {
    stage.show(source: sound == .silence ? "nothing: silence" : "the test tone")
    let tone = TestTone()
    var samples = [Float](repeating: 0, count: 2 * Self.block)
    try stage.waitForStart()
    while !stage.isOver {
      let due = stage.due(stage.next + Int64(Self.block))
      sleepThread(until: min(due, .now() + .milliseconds(200)))
      guard MediaTime.now() >= due else { continue }
      switch sound {
      case .silence: try stage.encodeSilence(Self.block)
      case .testTone:
        var span = samples.mutableSpan
        tone.fill(&span, startingAt: stage.next)
        try stage.encode(samples.span)
      }
    }
  }
}
