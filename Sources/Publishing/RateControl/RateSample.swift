package import Media
internal import Networking

/// What the connection looks like at one moment; ``RateControl`` takes one every 25 ms.
package struct RateSample: Sendable, Equatable {
  /// CLOCK_MONOTONIC.
  package var time: MediaTime
  /// Bytes that the peer's transport has acknowledged since the connection began.
  package var acknowledged: UInt64
  /// The same by segments that arrived, in whatever order; as ``acknowledged`` where the transport does not tell.
  package var delivered: UInt64
  /// Bytes that are encoded and not acknowledged: in this program and in the kernel.
  package var outstanding: Int
  /// Those of them that were never sent.
  package var unsent: Int
  /// The smoothed round-trip time; `nil` while it is not known.
  package var roundTrip: Duration?
  /// The least round-trip time of the last minutes.
  package var minimumRoundTrip: Duration?
  /// Segments sent again since the connection began.
  package var retransmits: Int
  /// The time that what waits behind a proxy takes; `nil` without one.
  package var proxyQueue: Duration?

  /// Makes a sample.
  package init(
    time: MediaTime, acknowledged: UInt64, delivered: UInt64? = nil, outstanding: Int, unsent: Int,
    roundTrip: Duration? = nil,
    minimumRoundTrip: Duration? = nil, retransmits: Int = 0, proxyQueue: Duration? = nil
  ) {
    self.time = time
    self.acknowledged = acknowledged
    self.delivered = delivered ?? acknowledged
    self.outstanding = outstanding
    self.unsent = unsent
    self.roundTrip = roundTrip
    self.minimumRoundTrip = minimumRoundTrip
    self.retransmits = retransmits
    self.proxyQueue = proxyQueue
  }

  /// How much more the round trip takes than it did at its best; zero where that is not known.
  var roundTripGrowth: Duration {
    guard let roundTrip, let minimumRoundTrip else { return .zero }
    return max(.zero, roundTrip - minimumRoundTrip)
  }

  /// Bytes that were handed to the path since the connection began.
  var sent: UInt64 { acknowledged &+ UInt64(max(0, outstanding - unsent)) }

  /// Puts together what the transport and the own queue say; `nil` where the transport says too little.
  init?(_ statistics: TransportStatistics, waiting: Int, proxyQueue: Duration?, at time: MediaTime) {
    guard let acknowledged = statistics.transportBytesAcknowledged else { return nil }
    let (inside, queued) = (waiting + statistics.pendingBytes, statistics.kernelQueueBytes ?? 0)
    // SRT does not tell what was never sent: what it holds for longer than a round trip waits.
    let isHeld = statistics.queuedMedia.map { $0 > (statistics.roundTripTime ?? .zero) + .milliseconds(100) } ?? false
    self.init(
      time: time, acknowledged: acknowledged, delivered: statistics.transportBytesDelivered,
      outstanding: inside + queued,
      unsent: inside + (statistics.kernelUnsentBytes ?? (isHeld ? queued : 0)), roundTrip: statistics.roundTripTime,
      minimumRoundTrip: statistics.minimumRoundTripTime, retransmits: statistics.retransmits ?? 0,
      proxyQueue: proxyQueue)
  }
}
