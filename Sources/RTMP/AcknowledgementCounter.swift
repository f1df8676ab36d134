/// Follows the peer's acknowledgements, whose 32-bit sequence number runs over each 4 GiB (RTMP 1.0 §5.4.3).
struct AcknowledgementCounter: Equatable {
  /// Bytes acknowledged so far; `nil` before the first acknowledgement.
  private(set) var total: UInt64?

  /// Takes a sequence number; one that goes back is ignored.
  mutating func receive(_ sequence: UInt32) {
    guard let total else {
      total = UInt64(sequence)
      return
    }
    let step = sequence &- UInt32(truncatingIfNeeded: total)
    if step < 0x8000_0000 { self.total = total &+ UInt64(step) }
  }
}

/// Says when the bytes received from the peer have to be acknowledged.
struct ReceiveWindow: Equatable {
  /// Bytes after which the peer wants to hear of them.
  private(set) var size: UInt64 = 250_000
  private var received: UInt64 = 0
  private var reported: UInt64 = 0

  /// The peer named its window; one below 1 kB would make more acknowledgements than sense.
  mutating func set(_ size: UInt32) { self.size = max(1024, UInt64(size)) }

  /// Counts received bytes; returns the sequence number to acknowledge when it is time.
  mutating func receive(_ bytes: Int) -> UInt32? {
    received &+= UInt64(bytes)
    // Half a window early, as the peer may stop sending at a whole one.
    guard received &- reported >= size / 2 else { return nil }
    reported = received
    return UInt32(truncatingIfNeeded: received)
  }
}
