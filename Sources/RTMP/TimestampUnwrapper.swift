/// Makes continuous times from RTMP's, which run over each 2^32 ms (RTMP 1.0 §3).
struct TimestampUnwrapper: Equatable {
  /// 34 years: whoever steps on by 2^31 ms again and again gets no further, so that times stay such as can be added.
  private static let latest: Int64 = 1 << 40
  private var last: Int64?

  /// The time nearest to the one before that has `timestamp` as its low 32 bits, in milliseconds; never negative.
  mutating func unwrap(_ timestamp: UInt32) -> Int64 {
    guard let last else {
      self.last = Int64(timestamp)
      return Int64(timestamp)
    }
    let step = Int32(bitPattern: timestamp &- UInt32(truncatingIfNeeded: last))
    let time = max(0, min(Self.latest, last + Int64(step)))
    self.last = time
    return time
  }
}
