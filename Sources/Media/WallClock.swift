internal import CLinux

/// The time of day, for people to read; never for arithmetic.
public enum WallClock {
  /// Now in the local time zone, as `format` of strftime(3) has it: `%Y-%m-%dT%H:%M:%S%z`.
  public static func now(_ format: String) -> String { text(format, isUTC: false) }

  /// Now in UTC.
  public static func utc(_ format: String) -> String { text(format, isUTC: true) }

  /// The local time of day that was so many seconds ago.
  public static func ago(seconds: Int, _ format: String) -> String {
    unsafe text { start, capacity in unsafe clinux_past_clock_text(start, capacity, format, Int64(seconds)) }
  }

  /// Now, for what machines that share nothing else have to agree on.
  public static var secondsSince1970: Int { Int(clinux_wall_seconds()) }

  private static func text(_ format: String, isUTC: Bool) -> String {
    unsafe text { start, capacity in unsafe clinux_clock_text(start, capacity, format, isUTC ? 1 : 0) }
  }

  private static func text(_ write: (UnsafeMutablePointer<CChar>, Int) -> Int) -> String {
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
      guard let start = buffer.baseAddress else { return "" }
      let length = unsafe write(start, buffer.count)
      let bytes = unsafe UnsafeRawBufferPointer(start: start, count: length)
      return unsafe String(decoding: bytes, as: UTF8.self)
    }
  }
}
