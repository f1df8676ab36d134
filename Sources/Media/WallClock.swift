internal import CLinux

/// The time of day, for people to read; never for arithmetic.
public enum WallClock {
  /// Now in the local time zone, as `format` of strftime(3) has it: `%Y-%m-%dT%H:%M:%S%z`.
  public static func now(_ format: String) -> String { text(format, at: clinux_wall_seconds(), isUTC: false) }

  /// Now in UTC.
  public static func utc(_ format: String) -> String { text(format, at: clinux_wall_seconds(), isUTC: true) }

  /// Now in local time with its distance from UTC, for logs: `2026-11-27T17:05:46+01:00`.
  public static var stamp: String {
    let text = now("%Y-%m-%dT%H:%M:%S%z")
    return "\(text.dropLast(2)):\(text.suffix(2))"
  }

  /// A moment, in seconds since 1970, in the local time zone.
  public static func local(_ seconds: Double, _ format: String) -> String {
    guard seconds.isFinite, abs(seconds) < 1e12 else { return "" }
    return text(format, at: Int64(seconds), isUTC: false)
  }

  /// Now, for what machines that share nothing else have to agree on.
  public static var secondsSince1970: Int { Int(clinux_wall_seconds()) }

  private static func text(_ format: String, at seconds: Int64, isUTC: Bool) -> String {
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
      guard let start = buffer.baseAddress else { return "" }
      let length = unsafe clinux_clock_text(start, buffer.count, format, seconds, isUTC ? 1 : 0)
      let bytes = unsafe UnsafeRawBufferPointer(start: start, count: length)
      return unsafe String(decoding: bytes, as: UTF8.self)
    }
  }
}
