internal import Media

/// Keeps captured audio on the session's clock, 48,000 sample frames a second from the origin.
///
/// Says for each block what to put before it or to leave out of it, and how much faster or slower the resampler has
/// to run so that a sound card's crystal does not let sound and picture drift apart (a second-order loop, about
/// 0.03 Hz wide, at most ±500 ppm). Pure.
struct AudioTimeline {
  /// What to do with a block.
  struct Alignment: Equatable {
    /// Sample frames of silence to put in before the block.
    var silence = 0
    /// Sample frames to leave out at the block's start.
    var skip = 0
  }

  static let sampleRate: Int64 = 48_000
  /// Beyond this the timeline jumps instead of bending: 100 ms.
  static let jump: Int64 = 4_800
  /// After an overrun a gap of more than this is closed at once: 10 ms.
  static let gap: Int64 = 480
  static let limitPartsPerMillion = 500.0
  /// Below this the clocks agree, and the samples pass as they are: 5 ms.
  static let deadZoneSeconds = 0.005

  /// Sample frames since the origin that are filled.
  private(set) var filled: Int64
  /// How much faster than its nominal rate the resampler has to make sample frames.
  private(set) var partsPerMillion = 0.0
  private var hasBegun = false
  /// The sound card's drift has shown; from then on the loop is closed.
  private var isSteering = false
  private var smoothedError = 0.0
  private var integral = 0.0

  /// A timeline that is filled up to here.
  init(filled: Int64 = 0) { self.filled = filled }

  /// Decides about a block of `count` sample frames (at 48 kHz) whose first was captured `start` after the origin.
  /// - Parameter afterOverrun: the driver lost sample frames just before the block.
  mutating func align(blockAt start: MediaTime, count: Int, afterOverrun: Bool) -> Alignment {
    let wanted = start.ticks(per: Self.sampleRate)
    let error = wanted - filled
    var alignment = Alignment()
    let jumps = !hasBegun || abs(error) > Self.jump || (afterOverrun && abs(error) > Self.gap)
    if jumps {
      if error >= 0 { alignment.silence = Int(error) } else { alignment.skip = Int(min(-error, Int64(count))) }
      smoothedError = 0
      if alignment.skip == count { return alignment }
      hasBegun = true
    } else {
      steer(error: Double(error) / Double(Self.sampleRate), interval: Double(count) / Double(Self.sampleRate))
    }
    filled += Int64(alignment.silence)
    return alignment
  }

  /// Counts sample frames that went to the encoder from a block.
  mutating func add(_ count: Int) { filled += Int64(count) }

  /// How much silence keeps the stream going when the microphone gives nothing: what is missing up to
  /// `now` less a slack of 200 ms for a late block.
  func missing(at now: MediaTime) -> Int {
    Int(max(0, (now - .milliseconds(200)).ticks(per: Self.sampleRate) - filled))
  }

  /// Counts `count` sample frames of silence that replaced a missing microphone; its next block is aligned anew.
  mutating func addSilence(_ count: Int) {
    filled += Int64(count)
    hasBegun = false
  }

  /// Goes on where it is filled up to here by others; the next block is aligned anew.
  mutating func resume(at filled: Int64) { (self.filled, hasBegun) = (filled, false) }

  private mutating func steer(error: Double, interval: Double) {
    let bandwidth = 2 * Double.pi * 0.03
    smoothedError += (error - smoothedError) * min(1, interval / 1.0)
    if abs(smoothedError) > Self.deadZoneSeconds { isSteering = true }
    guard isSteering else { return }
    integral += bandwidth * bandwidth * smoothedError * interval
    let limit = Self.limitPartsPerMillion / 1e6
    integral = min(max(integral, -limit), limit)
    let correction = 1.41 * bandwidth * smoothedError + integral
    partsPerMillion = min(max(correction, -limit), limit) * 1e6
  }
}
