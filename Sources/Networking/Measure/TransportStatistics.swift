public import Media

/// What a publisher measures; a snapshot.
public struct TransportStatistics: Sendable, Equatable {
  /// Bytes of the protocol, such as RTMP, handed to the kernel since the connection began.
  public package(set) var bytesSent: UInt64 = 0
  /// Bytes that the peer's side of the protocol acknowledged; `nil` until it has done so once (not all servers do),
  /// and where its numbers contradict themselves.
  public package(set) var bytesAcknowledged: UInt64?
  /// Bytes given to the connection that the kernel has not taken yet.
  public package(set) var pendingBytes = 0
  /// Packets handed to the kernel.
  public package(set) var packetsSent = 0
  /// The decode time of the last packet handed to the kernel.
  public package(set) var lastDecodeTime: MediaTime?
  /// Bytes in the kernel's send queue, sent but not acknowledged ones included; `nil` without a connection.
  public package(set) var kernelQueueBytes: Int?
  /// From the oldest to the newest media in that queue, where the transport knows it.
  public package(set) var queuedMedia: Duration?
  /// Bytes in the kernel's send queue that were never sent.
  public package(set) var kernelUnsentBytes: Int?
  /// The kernel's smoothed round-trip time.
  public package(set) var roundTripTime: Duration?
  /// The variation of ``roundTripTime``.
  public package(set) var roundTripTimeVariance: Duration?
  /// The least round-trip time of the last minutes.
  public package(set) var minimumRoundTripTime: Duration?
  /// Segments sent again since the connection began.
  public package(set) var retransmits: Int?
  /// Bytes that the peer acknowledged below that protocol, where it has a transport of its own such as TCP.
  public package(set) var transportBytesAcknowledged: UInt64?
  /// The same with what arrived behind a gap (TCP's selective acknowledgements), taken for whole segments.
  ///
  /// Goes on evenly while what was lost is sent again; `nil` where the transport does not say.
  public package(set) var transportBytesDelivered: UInt64?
  /// Media handed to the kernel that the peer has not acknowledged in the protocol; `nil` as ``bytesAcknowledged``.
  public package(set) var mediaInFlight: Duration?
  /// From a picture's capture to the kernel: the median over the last 128 of them; `nil` before the first.
  public package(set) var captureToSocket: Duration?

  /// Packets of a protocol that throws away what is too late since the connection began; `nil` elsewhere.
  public package(set) var protocolPacketsSent: Int?
  /// Those of them that were thrown away.
  public package(set) var protocolPacketsDropped: Int?
  /// What the protocol believes that the path can carry; `nil` where it has no idea.
  public package(set) var estimatedBandwidth: Bitrate?

  /// Nothing measured yet.
  public init() {}
}
