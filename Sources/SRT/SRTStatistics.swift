public import Media

/// What a publisher measures; a snapshot, at most a tenth of a second old.
public struct SRTStatistics: Sendable, Equatable {
  /// Bytes of media handed to SRT since the connection began.
  public internal(set) var bytesSent: UInt64 = 0
  /// Bytes of media that the peer's SRT acknowledged: neither waiting for that nor thrown away.
  public internal(set) var bytesAcknowledged: UInt64 = 0
  /// Encoded packets handed to SRT.
  public internal(set) var packetsSent = 0
  /// The decode time of the last of them.
  public internal(set) var lastDecodeTime: MediaTime?
  /// Bytes that SRT holds: sent without acknowledgement, and not sent.
  public internal(set) var bufferedBytes = 0
  /// The time between the oldest and the newest of them.
  public internal(set) var bufferedTime: Duration = .zero
  /// SRT's smoothed round-trip time; `nil` before the first measurement.
  public internal(set) var roundTripTime: Duration?
  /// SRT packets sent again.
  public internal(set) var retransmits = 0
  /// SRT packets thrown away because they were too late for the receiver (SRT draft §4.6).
  public internal(set) var packetsDropped = 0
  /// SRT packets sent, those that were sent again not counted.
  public internal(set) var transportPacketsSent = 0
  /// What SRT believes that the path can carry; `nil` where it has no idea.
  public internal(set) var estimatedBandwidth: Bitrate?
  /// From a picture's capture to SRT: the median over the last 128 of them; `nil` before the first.
  public internal(set) var captureToSocket: Duration?

  /// Nothing measured yet.
  public init() {}
}
