import Codec
import Foundation
import Media
import TestSupport
import Testing

@Suite("Inputs of a sound card: level in, level out")
struct InputTests {
  /// What a card's inputs get: a square wave for each that has a level, all the same where `isCoherent`.
  struct Case: Sendable, CustomTestStringConvertible {
    var inputs: [Double?]
    var choice = InputChoice.auto
    var isCoherent = true
    /// RMS on the left and on the right, in dBFS; `nil` is silence.
    var left: Double?
    var right: Double?
    var testDescription: String { "\(inputs.map { $0.map { "\($0)" } ?? "-" }) by \(choice)" }
  }

  private static let silent: [Double?] = Array(repeating: nil, count: 8)

  /// Eight inputs of which one or some have a level.
  private static func eight(_ levels: [Int: Double]) -> [Double?] { (1...8).map { levels[$0] } }

  @Test(
    "each choice",
    arguments: [
      Case(inputs: [-20], left: -20, right: -20),
      Case(inputs: [-20, -30], left: -20, right: -30),
      // Alone on any input, and as loud as it came.
      Case(inputs: eight([1: -20]), left: -20, right: -20),
      Case(inputs: eight([4: -20]), left: -20, right: -20),
      Case(inputs: eight([8: -40]), left: -40, right: -40),
      Case(inputs: [nil, nil, -20], left: -20, right: -20),
      Case(inputs: Array(repeating: nil, count: 31) + [-20], left: -20, right: -20),
      // The same sound everywhere is as loud as one of them, and never louder.
      Case(inputs: Array(repeating: -20, count: 8), left: -20, right: -20),
      Case(inputs: Array(repeating: 0, count: 8), left: 0, right: 0),
      Case(inputs: Array(repeating: -20, count: 5), left: -20, right: -20),
      // Open inputs that only hiss take nothing from the voice.
      Case(inputs: [-20] + Array(repeating: -70, count: 7), isCoherent: false, left: -20, right: -20),
      Case(inputs: silent, left: nil, right: nil),
      // As chosen, and nothing else.
      Case(inputs: eight([4: -20, 1: -6]), choice: .single(4), left: -20, right: -20),
      Case(inputs: eight([4: -20]), choice: .single(3), left: nil, right: nil),
      Case(inputs: eight([1: -20, 2: -30, 4: -6]), choice: .pair(left: 1, right: 2), left: -20, right: -30),
      Case(inputs: eight([7: -20, 3: -30]), choice: .pair(left: 3, right: 7), left: -30, right: -20),
      Case(inputs: [-20, -30], choice: .single(2), left: -30, right: -30),
      Case(inputs: Array(repeating: nil, count: 63) + [-20], choice: .single(64), left: -20, right: -20),
    ])
  func levels(of sample: Case) throws {
    let format = AudioFormat(sampleFormat: .s32, sampleRate: 48_000, channels: sample.inputs.count)
    var resampler = try Resampler(from: format, inputs: sample.choice)
    var output: [Float] = []
    let card = card(sample)
    let block = 480 * format.bytesPerSampleFrame
    for start in stride(from: 0, to: card.count, by: block) {
      let part = Array(card[start..<min(card.count, start + block)])
      try unsafe resampler.process(part.span.bytes) { samples in
        for index in samples.indices { output.append(samples[index]) }
      }
    }
    for (side, expected) in [(0, sample.left), (1, sample.right)] {
      let found = level(output, side)
      if let expected {
        #expect(abs(found - expected) < 0.2, "side \(side): \(found) dBFS")
      } else {
        #expect(found < -100, "side \(side): \(found) dBFS")
      }
    }
    #expect(output.allSatisfy { abs($0) <= 1.0001 })
  }

  @Test("a voice that begins where another one ends is heard at once, at half its level, and whole a second later")
  func onset() throws {
    let format = AudioFormat(sampleFormat: .f32, sampleRate: 48_000, channels: 8)
    var resampler = try Resampler(from: format)
    var output: [Float] = []
    for input in [1, 4] {
      var samples = [Float](repeating: 0, count: 8 * 48_000)
      for frame in 0..<48_000 { samples[frame * 8 + input] = frame / 24 % 2 == 0 ? 0.1 : -0.1 }
      try unsafe resampler.process(samples.span.bytes) { span in
        for index in span.indices { output.append(span[index]) }
      }
    }
    // Of the second voice, which is 20 dB below full scale.
    func level(_ milliseconds: Range<Int>) -> Float {
      let part = output[((milliseconds.lowerBound + 1000) * 96)..<((milliseconds.upperBound + 1000) * 96)]
      return part.reduce(Float(0)) { $0 + abs($1) } / Float(part.count)
    }
    #expect(level(10..<30) > 0.049 && level(10..<30) < 0.06)
    #expect(abs(level(950..<990) - 0.1) < 0.003)
  }

  @Test("an input that is not there is refused", arguments: [(2, 3), (8, 9), (1, 2)])
  func missing(channels: Int, input: Int) {
    let format = AudioFormat(sampleFormat: .s16, sampleRate: 48_000, channels: channels)
    let error = #expect(throws: CodecError.self) { _ = try Resampler(from: format, inputs: .single(input)) }
    #expect("\(error.map { "\($0)" } ?? "")".contains("there is no input \(input)"))
  }

  @Test(
    "a file with eight channels that it does not name, a tone of -10.5 dBFS on the fourth",
    arguments: [(InputChoice.auto, true), (.single(4), true), (.pair(left: 4, right: 5), true), (.single(5), false)])
  func film(choice: InputChoice, isHeard: Bool) throws {
    var reader = try AudioFileReader(FieldCase.film("ch8-only4.wav"), inputs: choice)
    var peak: Float = 0
    var got: Void? = ()
    while got != nil {
      got = try reader.withNextBlock { samples, _ in
        for index in stride(from: 0, to: samples.count, by: 2) { peak = max(peak, abs(samples[index])) }
      }
    }
    let decibels = 20 * log10(Double(max(peak, 1e-9)))
    #expect(isHeard ? abs(decibels + 10.5) < 1 : decibels < -90, "\(decibels) dBFS")
  }

  /// Two seconds of a card's samples, interleaved.
  private func card(_ sample: Case) -> [UInt8] {
    var values: [Int32] = []
    for frame in 0..<96_000 {
      for (input, level) in sample.inputs.enumerated() {
        let period = sample.isCoherent ? 48 : 40 + 7 * input
        let amplitude = level.map { pow(10, $0 / 20) } ?? 0
        values.append(Int32((frame % period < period / 2 ? amplitude : -amplitude) * 2_147_483_000))
      }
    }
    return unsafe values.withUnsafeBytes { unsafe Array($0) }
  }

  private func level(_ samples: [Float], _ side: Int) -> Double {
    // Without the first half second, in which the mix settles.
    let values = stride(from: 48_000 + side, to: samples.count, by: 2).map { Double(samples[$0]) }
    let power = values.reduce(0) { $0 + $1 * $1 } / Double(max(1, values.count))
    return 10 * log10(max(power, 1e-13))
  }
}
