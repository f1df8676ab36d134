import Foundation
import Metering
import Testing

@Suite("Level meter") struct LevelMeterTests {
  @Test("a 1 kHz sine of -20 dBFS on both channels is -20 LUFS, as EBU Tech 3341 has it")
  func referenceTone() throws {
    var meter = try LevelMeter()
    meter.feed(sine(hertz: 1000, left: 0.1, right: 0.1, seconds: 4))
    #expect(abs(meter.levels.left.peak + 20) < 0.01)
    #expect(abs(meter.levels.left.rms + 23.01) < 0.01)
    #expect(meter.levels.right == meter.levels.left)
    let loudness = try #require(meter.levels.shortTermLoudness)
    #expect(abs(loudness + 20) < 0.1)
  }

  @Test("channels are told apart") func channels() throws {
    var meter = try LevelMeter()
    meter.feed(sine(hertz: 440, left: 0.5, right: 0, seconds: 0.2))
    #expect(abs(meter.levels.left.peak + 6.02) < 0.05)
    #expect(meter.levels.right.peak == Levels.floor)
    #expect(meter.levels.right.rms == Levels.floor)
  }

  @Test("levels are those of the last whole 100 ms, however the blocks fall", arguments: [1, 7, 1024, 4800, 9600])
  func windows(block: Int) throws {
    var meter = try LevelMeter()
    let loud = sine(hertz: 1000, left: 0.8, right: 0.8, seconds: 0.1)
    let quiet = sine(hertz: 1000, left: 0.01, right: 0.01, seconds: 0.1)
    meter.feed(loud + quiet + Array(loud[..<4000]), block: block)
    #expect(abs(meter.levels.left.peak + 40) < 0.1)
  }

  @Test("there is no loudness before three seconds") func tooEarly() throws {
    var meter = try LevelMeter()
    meter.feed(sine(hertz: 1000, left: 0.1, right: 0.1, seconds: 2.9))
    #expect(meter.levels.shortTermLoudness == nil)
    meter.feed(sine(hertz: 1000, left: 0.1, right: 0.1, seconds: 0.1))
    #expect(meter.levels.shortTermLoudness != nil)
  }

  @Test("samples at full scale are counted, as float and as 16-bit sound") func clipping() throws {
    var meter = try LevelMeter()
    var sound = [Float](repeating: 0.5, count: 9600)
    sound[10] = 1
    sound[20] = -1.5
    sound[31] = 32_767 / 32_768
    sound[41] = 32_766 / 32_768
    meter.feed(sound)
    #expect(meter.levels.clippedSamples == 3)
  }

  @Test("silence is timed until something is heard") func silence() throws {
    var meter = try LevelMeter()
    meter.feed([Float](repeating: 0.0001, count: 96_000 * 2))
    #expect(abs(meter.levels.silentSeconds - 2) < 0.01)
    meter.forgetSilence()
    meter.feed([Float](repeating: 0, count: 9600))
    #expect(abs(meter.levels.silentSeconds - 0.1) < 0.01, "silence that was wanted does not count")
    meter.feed(sine(hertz: 1000, left: 0, right: 0.001, seconds: 0.1))
    #expect(meter.levels.silentSeconds == 0)
  }

  @Test("values that are no numbers do not last") func notANumber() throws {
    var meter = try LevelMeter()
    meter.feed([Float](repeating: .nan, count: 9600) + [.infinity, 0])
    meter.feed(sine(hertz: 1000, left: 0.1, right: 0.1, seconds: 4))
    #expect(abs(meter.levels.left.rms + 23.01) < 0.01)
    #expect(abs((meter.levels.shortTermLoudness ?? 0) + 20) < 0.1)
  }
}

extension LevelMeter {
  fileprivate mutating func feed(_ samples: [Float], block: Int = 1024) {
    for start in stride(from: 0, to: samples.count, by: block * 2) {
      add(Array(samples[start..<min(samples.count, start + block * 2)]).span)
    }
  }
}

private func sine(hertz: Double, left: Double, right: Double, seconds: Double) -> [Float] {
  (0..<Int((seconds * 48_000).rounded())).flatMap { frame in
    let value = sin(2 * Double.pi * hertz * Double(frame) / 48_000)
    return [Float(left * value), Float(right * value)]
  }
}
