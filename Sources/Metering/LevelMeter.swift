internal import CEBUR128
internal import Glibc

/// Measures interleaved stereo sound at 48 kHz as it goes by.
///
/// Makes no allocation after `init`. libebur128 weights the sound and keeps 400 ms of it; the three seconds of the
/// short-term loudness (EBU Tech 3341 §2.2) are the mean of the energies of the last thirty windows.
@safe public struct LevelMeter: ~Copyable {
  private static let sampleRate = 48_000
  private static let window = sampleRate / 10
  private static let windowsOfLoudness = 30
  /// The highest value of a 16-bit sound card is one step below 1.
  private static let fullScale: Float = 32_767.0 / 32_768.0
  private static let silence = -70.0
  /// From the mean square to LUFS (ITU-R BS.1770-4, equation 2).
  private static let offset = -0.691

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
  /// Of the last windows, in turn.
  private var energies = [Double](repeating: 0, count: windowsOfLoudness)

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
    guard let state = unsafe ebur128_init(2, UInt(Self.sampleRate), Int32(EBUR128_MODE_M.rawValue)) else {
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
    var (first, isNew) = (0, false)
    while first < frames {
      let end = min(frames, first + Self.window - counted)
      count(samples.extracting(2 * first..<2 * end))
      first = end
      guard counted == Self.window else { continue }
      endWindow()
      isNew = true
    }
    return isNew
  }

  /// Silence up to here was wanted.
  public mutating func forgetSilence() { levels.silentSeconds = 0 }

  /// Takes sound that ends with the window at the latest.
  private mutating func count(_ samples: Span<Float>) {
    let frames = samples.count / 2
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
    }
    // A value that is no number would stay in the filter for ever.
    guard isFinite else { return }
    _ = unsafe samples.withUnsafeBufferPointer { unsafe ebur128_add_frames_float(loudness, $0.baseAddress, frames) }
  }

  private mutating func endWindow() {
    levels.left = left.level(of: counted)
    levels.right = right.level(of: counted)
    let isSilent = max(levels.left.peak, levels.right.peak) < Self.silence
    levels.silentSeconds = isSilent ? levels.silentSeconds + 0.1 : 0
    (left, right, counted) = (Sum(), Sum(), 0)
    measureLoudness()
  }

  private mutating func measureLoudness() {
    var value = 0.0
    let status = unsafe ebur128_loudness_window(loudness, 100, &value)
    let isHeard = status == Int32(EBUR128_SUCCESS.rawValue) && value.isFinite
    energies[windows % energies.count] = isHeard ? pow(10, (value - Self.offset) / 10) : 0
    windows += 1
    guard windows >= energies.count else { return }
    let mean = energies.reduce(0, +) / Double(energies.count)
    levels.shortTermLoudness = max(Levels.floor, Self.offset + 10 * log10(mean))
  }
}
