internal import CLinux

/// A point on a timeline, in whole nanoseconds.
///
/// Devices stamp on the CLOCK_MONOTONIC timeline (see ``now()``); packets carry the time since the session's
/// origin. Both are this type: subtracting the origin turns one into the other. Never wall-clock time.
public struct MediaTime: Hashable, Comparable, Sendable, Codable {
  /// Nanoseconds since the timeline's origin; negative before it.
  public var nanoseconds: Int64

  /// The origin of a timeline.
  public static let zero = MediaTime(nanoseconds: 0)

  /// Makes a time from nanoseconds.
  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// Makes a time from milliseconds, as RTMP stamps have them.
  public init(milliseconds: Int64) { nanoseconds = milliseconds * 1_000_000 }

  /// Makes a time from `ticks` of `1/rate` second, rounded to the nearest nanosecond without overflow for any
  /// stream length that a process can reach.
  public init(ticks: Int64, per rate: Int64) {
    let (seconds, rest) = ticks.quotientAndRemainder(dividingBy: rate)
    nanoseconds = seconds * 1_000_000_000 + (rest * 1_000_000_000 + rate / 2) / rate
  }

  /// The time since CLOCK_MONOTONIC's origin, now.
  public static func now() -> MediaTime { MediaTime(nanoseconds: clinux_monotonic_nanoseconds()) }

  /// Whole milliseconds, rounded down, as RTMP stamps have them.
  public var milliseconds: Int64 { nanoseconds >= 0 ? nanoseconds / 1_000_000 : (nanoseconds - 999_999) / 1_000_000 }

  /// Seconds, for display and for statistics.
  public var seconds: Double { Double(nanoseconds) / 1e9 }

  /// The number of whole `1/rate` second ticks at this time, rounded to the nearest.
  public func ticks(per rate: Int64) -> Int64 {
    let (whole, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    let half: Int64 = rest < 0 ? -500_000_000 : 500_000_000
    return whole * rate + (rest * rate + half) / 1_000_000_000
  }

  /// Compares positions on the same timeline.
  public static func < (left: MediaTime, right: MediaTime) -> Bool { left.nanoseconds < right.nanoseconds }

  /// The duration from `right` to `left`.
  public static func - (left: MediaTime, right: MediaTime) -> Duration {
    .nanoseconds(left.nanoseconds - right.nanoseconds)
  }

  /// The time `right` after `left`.
  public static func + (left: MediaTime, right: Duration) -> MediaTime {
    MediaTime(nanoseconds: left.nanoseconds + right.wholeNanoseconds)
  }

  /// The time `right` before `left`.
  public static func - (left: MediaTime, right: Duration) -> MediaTime {
    MediaTime(nanoseconds: left.nanoseconds - right.wholeNanoseconds)
  }
}

extension Duration {
  /// The duration in whole nanoseconds, which is what media arithmetic uses.
  public var wholeNanoseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
  }

  /// The duration in seconds, for display and for statistics.
  public var inSeconds: Double { Double(wholeNanoseconds) / 1e9 }

  /// The duration in milliseconds, for display and for statistics.
  public var inMilliseconds: Double { Double(wholeNanoseconds) / 1e6 }
}

/// Sleeps the calling thread until CLOCK_MONOTONIC reaches `deadline`; for media threads only, never in a task.
public func sleepThread(until deadline: MediaTime) { clinux_sleep_until(deadline.nanoseconds) }
