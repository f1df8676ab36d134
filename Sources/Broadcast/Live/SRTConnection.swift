internal import Codec
internal import Interface
internal import Logging
internal import Media
internal import NIOCore
internal import RTMP
internal import SRT
internal import Settings
internal import Synchronization

/// A publication over SRT: packets become MPEG-TS here, and go out there.
final class SRTConnection: Sendable {
  private let publisher: SRTPublisher
  /// For one sender, so nobody ever waits for it.
  private let writer: Mutex<TransportStreamWriter>

  private init(_ publisher: SRTPublisher, _ writer: consuming sending TransportStreamWriter) {
    self.publisher = publisher
    self.writer = Mutex(writer)
  }

  /// Connects, and prepares a stream with the tracks of `stream`.
  static func open(
    _ endpoint: SRTEndpoint, key: StreamKey, _ passphrase: SRTPassphrase?, _ stream: StreamDescription,
    _ logger: Logger
  ) async throws(OperatorFailure) -> SRTConnection {
    let media = (stream.video?.bitrate.bitsPerSecond ?? 0) + (stream.audio?.bitrate.bitsPerSecond ?? 0)
    do {
      let publisher = try await SRTPublisher.connect(
        to: endpoint, streamID: try SRTStreamID(key: key.value), passphrase: passphrase,
        bitrate: Bitrate(bitsPerSecond: media),
        logger: logger)
      return SRTConnection(publisher, try TransportStreamWriter(stream))
    } catch { throw OperatorFailure(any: error) }
  }

  /// Sends a packet and suspends until SRT has taken it.
  func send(_ packet: EncodedPacket, isolation: isolated (any Actor)?) async throws(OperatorFailure) {
    do {
      let bytes = try writer.withLock { writer in try writer.write(packet) }
      guard bytes.readableBytes > 0 else { return }
      try await publisher.send(bytes, of: packet, isolation: isolation)
    } catch { throw OperatorFailure(any: error) }
  }

  /// The figures, in the shape of those of the other roads.
  var statistics: TransportStatistics { TransportStatistics(publisher.statistics) }

  /// What only SRT tells.
  var details: SRTStatistics { publisher.statistics }

  /// Waits for its end and says why.
  func waitUntilClosed() async -> OperatorFailure { OperatorFailure(await publisher.waitUntilClosed()) }

  /// Lets what waits go out, and closes.
  func close() async { await publisher.close() }

  /// Closes at once, so that the next connection finds the stream key free.
  func abandon() async { await publisher.close(delivers: false) }
}

extension TransportStatistics {
  /// SRT's figures: its buffer stands for the kernel's queue, its acknowledgements for TCP's.
  fileprivate init(_ figures: SRTStatistics) {
    self.init()
    bytesSent = figures.bytesSent
    bytesAcknowledged = figures.bytesAcknowledged
    packetsSent = figures.packetsSent
    lastDecodeTime = figures.lastDecodeTime
    kernelQueueBytes = figures.bufferedBytes
    roundTripTime = figures.roundTripTime
    retransmits = figures.retransmits
    tcpBytesAcknowledged = figures.bytesAcknowledged
    captureToSocket = figures.captureToSocket
  }
}

extension BroadcastStatus.Transport {
  /// Adds what only SRT tells.
  mutating func add(_ figures: SRTStatistics) {
    droppedByProtocol = figures.packetsDropped
    estimatedKilobitsPerSecond = figures.estimatedBandwidth?.kilobitsPerSecond
  }
}

extension Road {
  /// The road over SRT to `endpoint`.
  static func srt(
    to endpoint: SRTEndpoint, key: StreamKey, passphrase: SRTPassphrase?, _ logger: Logger
  ) throws(OperatorFailure) -> Road {
    let isLocal = endpoint.host == "localhost" || endpoint.host == "::1" || endpoint.host.hasPrefix("127.")
    if passphrase == nil, !isLocal {
      logger.warning(
        "without a passphrase others on the way can see the stream: give the channel's with --passphrase-file",
        metadata: ["ingest": "\(endpoint)"])
    }
    // What cannot be carried is told before anything is connected, with a priority as it may have to have later.
    do { _ = try SRTStreamID(key: key.withPriority(1).value) } catch {
      throw OperatorFailure("\(error)", .configuration)
    }
    return .srt(endpoint, key: key, passphrase)
  }
}

extension OperatorFailure {
  init(_ error: SRTError) {
    let status: ExitStatus =
      switch error {
      case .unknownHost: .noHost
      case .unreachable: .unavailable
      case .noAnswer, .connectionLost, .stalled, .closed, .cancelled: .temporary
      case .library, .noThread: .system
      case .rejected(let rejection, _, _):
        switch rejection.kind {
        case .secret, .unwanted: .noPermission
        case .busy: .unavailable
        case .incompatible: .protocol
        case .local: .system
        }
      }
    self.init("\(error)", status)
  }
}
