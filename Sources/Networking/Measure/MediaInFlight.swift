internal import Media
internal import NIOCore

/// Turns acknowledged bytes into media time: remembers how many bytes had been sent at which decode time.
struct MediaInFlight {
  /// Marks that are kept; a peer that never acknowledges leaves no more.
  static let capacity = 1024

  private var marks = CircularBuffer<(bytes: UInt64, time: MediaTime)>()
  private var acknowledgedTime: MediaTime?
  private var lastTime: MediaTime?
  private var hasAcknowledgement = false

  /// A packet was sent; `bytes` in all since the connection began.
  mutating func sent(_ time: MediaTime, bytes: UInt64) {
    if acknowledgedTime == nil { acknowledgedTime = time }
    lastTime = time
    if marks.count == Self.capacity { marks.removeFirst() }
    marks.append((bytes, time))
  }

  /// The peer acknowledged `bytes` in all.
  mutating func acknowledged(_ bytes: UInt64) {
    hasAcknowledgement = true
    while let first = marks.first, first.bytes <= bytes {
      acknowledgedTime = first.time
      marks.removeFirst()
    }
  }

  /// There is nothing to go by any more.
  mutating func forgetAcknowledgements() {
    hasAcknowledgement = false
    marks = []
  }

  /// Media sent but not acknowledged; `nil` before the first acknowledgement.
  var duration: Duration? {
    guard hasAcknowledgement, let lastTime, let acknowledgedTime else { return nil }
    return max(.zero, lastTime - acknowledgedTime)
  }
}
