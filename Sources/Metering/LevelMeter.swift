internal import CEBUR128
internal import Glibc

/// Measures interleaved stereo sound at 48 kHz as it goes by.
///
/// Makes no allocation after `init`. One second of sound takes about 1.4 ms of a 2 GHz core, most of it libebur128's
/// filter and its sum over three seconds, which is why that is taken twice a second only; its buffer takes 2.3 MB.
@safe public struct LevelMeter: ~Copyable {
  private static let sampleRate = 48_000
  private static let window = sampleRate / 10
  /// The highest value of a 16-bit sound card is one step below 1.
  private static let fullScale: Float = 32_767.0 / 32_768.0
  private static let silence = -70.0

  /// Why there is no meter.
  public enum Failure: Error, Equatable, Sendable {
    /// Too little memory.
    case outOfMemory
  }

  /// The levels of the last whole window of 100 ms.
  public private(set) var levels = Levels()

  private let loudness: UnsafeMutablePointer<ebur128_state>
  private var left = Sum()
  private var right = Sum()
  private var counted = 0
  private var windows = 0

  private struct Sum {
    var peak: Float = 0
    var squares = 0.0

    mutating func add(_ sample: Float) {
      let size = abs(sample)
      if size > peak { peak = size }
      squares += Double(sample) * Double(sample)
    }

    func level(of count: Int) -> Levels.Channel {
      var channel = Levels.Channel()
      channel.peak = max(Levels.floor, 20 * log10(Double(peak)))
      channel.rms = max(Levels.floor, 10 * log10(squares / Double(count)))
      return channel
    }
  }

  /// Makes a meter that has heard nothing.
  public init() throws(Failure) {
    guard let state = unsafe ebur128_init(2, UInt(Self.sampleRate), Int32(EBUR128_MODE_S.rawValue)) else {
      throw .outOfMemory
    }
    unsafe loudness = unsafe state
  }

  deinit {
    var state: UnsafeMutablePointer<ebur128_state>? = unsafe loudness
    unsafe ebur128_destroy(&state)
  }

  /// Takes a block of any length, left and right in turn; answers whether ``levels`` are new.
  @discardableResult
  public mutating func add(_ samples: Span<Float>) -> Bool {
    let frames = samples.count / 2
    var isNew = false
    var isFinite = true
    for frame in 0..<frames {
      let (first, second) = (samples[frame * 2], samples[frame * 2 + 1])
      guard first.isFinite, second.isFinite else {
        isFinite = false
        continue
      }
      left.add(first)
      right.add(second)
      levels.clippedSamples += (abs(first) >= Self.fullScale ? 1 : 0) + (abs(second) >= Self.fullScale ? 1 : 0)
      counted += 1
      if counted == Self.window {
        endWindow()
        isNew = true
      }
    }
    // A value that is no number would stay in the filter for ever.
    if isFinite {
      _ = unsafe samples.withUnsafeBufferPointer { unsafe ebur128_add_frames_float(loudness, $0.baseAddress, frames) }
    }
    if isNew { measureLoudness() }
    return isNew
  }

  private mutating func endWindow() {
    levels.left = left.level(of: counted)
    levels.right = right.level(of: counted)
    let isSilent = max(levels.left.peak, levels.right.peak) < Self.silence
    levels.silentSeconds = isSilent ? levels.silentSeconds + 0.1 : 0
    (left, right, counted) = (Sum(), Sum(), 0)
    windows += 1
  }

  /// Each half second, since it goes over three seconds of sound.
  private mutating func measureLoudness() {
    guard windows >= 30, windows % 5 == 0 || levels.shortTermLoudness == nil else { return }
    var value = 0.0
    guard unsafe ebur128_loudness_shortterm(loudness, &value) == Int32(EBUR128_SUCCESS.rawValue) else { return }
    levels.shortTermLoudness = max(Levels.floor, value)
  }
}
