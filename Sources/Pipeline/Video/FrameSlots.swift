internal import Media

/// Turns a camera's or a film's irregular frames into the session's fixed frame rate.
///
/// The session has a slot each `1/rate` seconds from its origin. A frame takes the next slot while it is near it; the
/// tolerance of three quarters of an interval keeps a camera whose frames fall between two slots from flapping.
/// Frames that come too soon are left out, slots that stay empty are filled with the picture before.
/// Pure: times since the session's origin go in, decisions come out.
struct FrameSlots {
  /// What to do with a frame.
  enum Placement: Equatable {
    /// Too soon after the one before, or from before the origin: leave it out.
    case surplus
    /// Show it in `slot`; the `missing` slots just before it are still empty.
    case slot(Int64, missing: Int64)
  }

  let rate: FrameRate
  /// The first slot that is still empty.
  private(set) var next: Int64 = 0
  private var hasBegun = false

  init(rate: FrameRate) { self.rate = rate }

  private static let tolerance = 0.75

  /// The time of the first slot that is still empty.
  var nextTime: MediaTime { rate.time(ofFrame: next) }

  /// Decides about a frame captured at `time`; its slot and the missing ones before it count as filled afterwards.
  mutating func place(frameAt time: MediaTime) -> Placement {
    let position = time.seconds * rate.perSecond
    if !hasBegun {
      guard position > -0.5 else { return .surplus }
      hasBegun = true
      let slot = max(0, Int64(position.rounded()))
      next = slot + 1
      return .slot(slot, missing: 0)
    }
    let deviation = position - Double(next)
    if deviation < -Self.tolerance { return .surplus }
    if deviation <= Self.tolerance {
      next += 1
      return .slot(next - 1, missing: 0)
    }
    let slot = Int64(position.rounded())
    let missing = slot - next
    next = slot + 1
    return .slot(slot, missing: missing)
  }

  /// Begins without a frame: the next slot is the first after `now`.
  mutating func begin(at now: MediaTime) {
    guard !hasBegun else { return }
    hasBegun = true
    next = max(0, Int64((now.seconds * rate.perSecond).rounded(.up)))
  }

  /// A slot that stayed empty although its time, and the tolerance for a late frame, are over at `now`.
  ///
  /// Once it is taken it counts as filled, and a frame that still comes for it is surplus.
  mutating func takeOverdue(at now: MediaTime) -> Int64? {
    guard hasBegun, now.seconds * rate.perSecond - Double(next) > 2 else { return nil }
    next += 1
    return next - 1
  }

  /// The next slot where it is due at `now` and the picture that comes next, at `time`, is too late for it.
  ///
  /// Once it is taken it counts as filled.
  mutating func takeDue(at now: MediaTime, before time: MediaTime) -> Int64? {
    guard hasBegun, nextTime <= now, time.seconds * rate.perSecond - Double(next) > Self.tolerance else { return nil }
    next += 1
    return next - 1
  }

  /// Gives up the slots before `now`: the encoder is too slow to fill them.
  /// - Returns: how many slots stay empty.
  mutating func skip(to now: MediaTime) -> Int64 {
    let current = Int64((now.seconds * rate.perSecond).rounded(.down))
    guard current > next else { return 0 }
    defer { next = current }
    return current - next
  }
}
