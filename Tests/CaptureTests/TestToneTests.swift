import Capture
import Media
import Testing

private func samples(of count: Int, startingAt position: Int64) -> [Float] {
  var samples = [Float](repeating: 9, count: count * 2)
  var span = samples.mutableSpan
  TestTone().fill(&span, startingAt: position)
  return samples
}

@Suite("The test tone")
struct TestToneTests {
  @Test(
    "it sounds in exactly the first 4800 sample frames of each second", arguments: [0, 48_000, 7 * 48_000, -48_000])
  func gate(second: Int64) {
    let samples = samples(of: 48_000, startingAt: second)
    let left = stride(from: 0, to: samples.count, by: 2).map { samples[$0] }
    #expect(left[4800...].allSatisfy { $0 == 0 })
    // Only the zero crossings are silent within the beep.
    #expect(left[..<4800].indices.allSatisfy { left[$0] != 0 || $0 % 24 == 0 })
    #expect(left[4799] != 0)
  }

  @Test("it peaks at -20 dBFS and has 1 kHz")
  func level() throws {
    let samples = samples(of: 4800, startingAt: 0)
    let left = stride(from: 0, to: samples.count, by: 2).map { samples[$0] }
    let peak = try #require(left.map { abs($0) }.max())
    #expect(abs(peak - 0.1) < 1e-6)
    let rising = (1..<4800).filter { left[$0 - 1] < -1e-6 && left[$0] >= -1e-6 }
    #expect(rising.count == 99)
    #expect(left[12] == peak)
  }

  @Test("both channels are the same")
  func channels() {
    let samples = samples(of: 1000, startingAt: 47_900)
    #expect(stride(from: 0, to: 2000, by: 2).allSatisfy { samples[$0] == samples[$0 + 1] })
  }

  @Test("blocks of any length and start fit together", arguments: [1, 7, 480, 1024, 4801])
  func blocks(length: Int) {
    let whole = samples(of: 100_000, startingAt: -2000)
    var joined: [Float] = []
    while joined.count < whole.count {
      joined += samples(of: length, startingAt: -2000 + Int64(joined.count / 2))
    }
    #expect(Array(joined[..<whole.count]) == whole)
  }
}
