internal import Glibc
public import Media

/// The sound of the `test` source: 1 kHz at -20 dBFS peak in exactly the first 100 ms of each whole second.
///
/// 48 kHz stereo, both channels the same, digital silence between the beeps. Each sample depends on its position
/// alone, so blocks of any length and start fit together. The gate is hard on purpose: its edges are what is measured.
public struct TestTone: Sendable {
  /// What is written.
  public let format = AudioFormat.broadcast
  /// Sample frames from one beep to the next.
  static let interval: Int64 = 48_000
  /// Sample frames of a beep.
  static let length: Int64 = 4800

  /// One period; 48 sample frames are exactly one at 1 kHz.
  private let period: [Float]

  /// Makes a tone.
  public init() {
    period = (0..<48).map { Float(0.1 * sin(2 * Double.pi * Double($0) / 48)) }
  }

  /// Fills `samples` with interleaved stereo, as many whole sample frames as fit.
  /// - Parameter sampleFrame: the position of the first, counted in 1/48000 s from the session's origin.
  public func fill(_ samples: inout MutableSpan<Float>, startingAt sampleFrame: Int64) {
    var position = sampleFrame % Self.interval
    if position < 0 { position += Self.interval }
    for index in 0..<(samples.count / 2) {
      let value = position < Self.length ? period[Int(position % 48)] : 0
      samples[2 * index] = value
      samples[2 * index + 1] = value
      position += 1
      if position == Self.interval { position = 0 }
    }
  }
}
