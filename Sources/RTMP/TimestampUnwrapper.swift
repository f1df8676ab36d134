/// Makes continuous times from RTMP's, which run over each 2^32 ms (RTMP 1.0 §3).
struct TimestampUnwrapper: Equatable {
  private var last: Int64?

  /// The time nearest to the one before that has `timestamp` as its low 32 bits, in milliseconds; never negative.
  mutating func unwrap(_ timestamp: UInt32) -> Int64 {
    guard let last else {
      self.last = Int64(timestamp)
      return Int64(timestamp)
    }
    let step = Int32(bitPattern: timestamp &- UInt32(truncatingIfNeeded: last))
    let time = max(0, last &+ Int64(step))
    self.last = time
    return time
  }
}
