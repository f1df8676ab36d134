internal import Glibc

/// Makes one sound of many inputs by sharing a gain of 1 among them: whoever sounds gets nearly all of it.
///
/// A microphone on any input alone is as loud as it came. The weights never sum to more than 1, so the mix is never
/// louder than the loudest input, and inputs that are open but quiet add no noise to speak of. Blocks of 48 kHz; makes
/// no allocation once it has seen its longest block. For one thread.
final class InputMixer {
  /// Over this many sample frames, 5 ms, levels are measured and weights go from the old to the new.
  private static let step = 240
  /// How slowly an input that fell silent gives its share away: to 1/e in 200 ms.
  private static let release: Float = 0.2 * 48_000
  /// Every input has at least this power, -90 dBFS: in silence all are equal.
  private static let floor: Float = 1e-9

  /// The sound on both sides, interleaved, of the last ``mix(_:)``.
  private(set) var stereo: [Float] = []
  private let inputs: Int
  private var powers: [Float]
  private var weights: [Float]
  private var slopes: [Float]

  /// Makes a mixer that has heard nothing.
  init(inputs: Int) {
    self.inputs = inputs
    powers = [Float](repeating: 0, count: inputs)
    weights = [Float](repeating: 1 / Float(inputs), count: inputs)
    slopes = [Float](repeating: 0, count: inputs)
  }

  /// Mixes interleaved samples of all inputs into ``stereo``, which may be longer than what was mixed.
  func mix(_ samples: Span<Float>) {
    let frames = samples.count / inputs
    if stereo.count < frames * 2 { stereo = [Float](repeating: 0, count: frames * 2) }
    var start = 0
    while start < frames {
      let count = min(Self.step, frames - start)
      measure(samples, from: start, count)
      for frame in start..<(start + count) {
        var sum: Float = 0
        for input in 0..<inputs {
          weights[input] += slopes[input]
          sum += samples[frame * inputs + input] * weights[input]
        }
        stereo[frame * 2] = sum
        stereo[frame * 2 + 1] = sum
      }
      start += count
    }
  }

  /// Finds how the weights have to change over `count` sample frames.
  private func measure(_ samples: Span<Float>, from start: Int, _ count: Int) {
    let fading = exp(-Float(count) / Self.release)
    var total: Float = 0
    for input in 0..<inputs {
      var squares: Float = 0
      for frame in start..<(start + count) {
        let sample = samples[frame * inputs + input]
        squares += sample * sample
      }
      // What is no number must not stay in here for ever.
      let power = squares.isFinite ? squares / Float(count) : 0
      powers[input] = max(power, powers[input] * fading)
      total += powers[input] + Self.floor
    }
    for input in 0..<inputs {
      slopes[input] = ((powers[input] + Self.floor) / total - weights[input]) / Float(count)
    }
  }
}
