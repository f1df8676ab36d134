import Testing

@testable import Pipeline

@Suite("Gain and mute")
struct AmplifierTests {
  private let block = [Float](repeating: 0.25, count: 2 * 480)

  private func output(_ amplifier: inout Amplifier, _ control: SoundControl) -> [Float] {
    var out: [Float] = []
    amplifier.apply(control, to: block.span) { span in out = span.indices.map { span[$0] } }
    return out
  }

  @Test("without gain the samples pass as they are")
  func untouched() {
    var amplifier = Amplifier()
    #expect(output(&amplifier, SoundControl()) == block)
  }

  @Test("6 dB double the samples, over one block without a step, and full scale is the limit")
  func gain() {
    var amplifier = Amplifier()
    let control = SoundControl()
    control.gainDecibels = 6.0206
    let first = output(&amplifier, control)
    #expect(zip(first, first.dropFirst(2)).allSatisfy { $1 >= $0 && $1 - $0 < 0.001 })
    #expect(output(&amplifier, control).allSatisfy { abs($0 - 0.5) < 0.001 })
    control.gainDecibels = 30
    _ = output(&amplifier, control)
    #expect(output(&amplifier, control).allSatisfy { $0 == 1 })
  }

  @Test("mute fades to digital silence, and back")
  func mute() {
    var amplifier = Amplifier()
    let control = SoundControl()
    control.isMuted = true
    #expect(output(&amplifier, control).last == 0)
    #expect(output(&amplifier, control).allSatisfy { $0 == 0 })
    control.isMuted = false
    _ = output(&amplifier, control)
    #expect(output(&amplifier, control) == block)
  }
}
