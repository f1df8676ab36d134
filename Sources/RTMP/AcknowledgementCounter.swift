/// Follows the peer's acknowledgements, whose 32-bit sequence number runs over each 4 GiB (RTMP 1.0 §5.4.3).
///
/// Some servers acknowledge what came since the last time, or say any number: such a count proves nothing, and from the
/// first contradiction on none of the connection is believed.
struct AcknowledgementCounter: Equatable {
  /// The same number so many times in a row is no acknowledgement of what comes.
  static let repetitionLimit = 3

  /// Bytes acknowledged so far; `nil` before the first acknowledgement, and where the peer cannot be believed.
  private(set) var total: UInt64?
  /// Whether no acknowledgement has contradicted another one or what was sent.
  private(set) var isTrusted = true
  private var repetitions = 0

  /// Takes a sequence number.
  /// - Parameter sent: the bytes that the peer can have received at most, those of the handshake included.
  mutating func receive(_ sequence: UInt32, sent: UInt64) {
    guard isTrusted else { return }
    let unacknowledged = UInt64(UInt32(truncatingIfNeeded: sent) &- sequence)
    guard unacknowledged <= sent, sent - unacknowledged >= total ?? 0 else { return distrust() }
    let received = sent - unacknowledged
    repetitions = received == total ? repetitions + 1 : 0
    guard repetitions < Self.repetitionLimit else { return distrust() }
    total = received
  }

  private mutating func distrust() {
    isTrusted = false
    total = nil
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
