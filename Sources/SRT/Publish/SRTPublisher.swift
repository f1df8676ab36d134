internal import Codec
public import Logging
internal import Media
internal import NIOCore
public import Networking
public import Packets
internal import Synchronization

/// One publication over SRT: packets become MPEG-TS here, and go out over an ``SRTConnection``.
public final class SRTPublisher: Publisher {
  private let connection: SRTConnection
  /// For one sender, so nobody ever waits for it.
  private let writer: Mutex<TransportStreamWriter>

  private init(_ connection: SRTConnection, _ writer: consuming sending TransportStreamWriter) {
    self.connection = connection
    self.writer = Mutex(writer)
  }

  /// Connects, and prepares a stream with the tracks of `stream`.
  public static func connect(
    to endpoint: SRTEndpoint, key: StreamKey, passphrase: SRTPassphrase?, stream: StreamDescription,
    deadlines: SRTDeadlines = SRTDeadlines(), interface: NetworkInterface? = nil, logger: Logger
  ) async throws(SRTError) -> SRTPublisher {
    let streamID: SRTStreamID
    do throws(SRTStreamIDError) { streamID = try SRTStreamID(key: key.value) } catch { throw .unusableKey(error) }
    let media = (stream.video?.bitrate.bitsPerSecond ?? 0) + (stream.audio?.bitrate.bitsPerSecond ?? 0)
    let writer: TransportStreamWriter
    do throws(CodecError) { writer = try TransportStreamWriter(stream) } catch { throw .wrapping(error) }
    let connection = try await SRTConnection.connect(
      to: endpoint, streamID: streamID, passphrase: passphrase, bitrate: Bitrate(bitsPerSecond: media),
      deadlines: deadlines, interface: interface, logger: logger)
    return SRTPublisher(connection, writer)
  }

  /// Sends a packet and suspends until SRT has taken it.
  public func send(
    _ packet: EncodedPacket, isolation: isolated (any Actor)? = #isolation
  ) async throws(SRTError) {
    let bytes: ByteBuffer
    do throws(CodecError) {
      bytes = try writer.withLock { writer throws(CodecError) in try writer.write(packet) }
    } catch { throw .wrapping(error) }
    guard bytes.readableBytes > 0 else { return }
    try await connection.send(bytes, of: packet, isolation: isolation)
  }

  /// The figures in the shape of those of other protocols: SRT's buffer stands for the kernel's queue.
  public func statistics() async -> TransportStatistics {
    let figures = connection.statistics
    var statistics = TransportStatistics()
    statistics.bytesSent = figures.bytesSent
    statistics.bytesAcknowledged = figures.bytesAcknowledged
    statistics.packetsSent = figures.packetsSent
    statistics.lastDecodeTime = figures.lastDecodeTime
    statistics.kernelQueueBytes = figures.bufferedBytes
    statistics.queuedMedia = figures.bufferedTime
    statistics.roundTripTime = figures.roundTripTime
    statistics.retransmits = figures.retransmits
    statistics.transportBytesAcknowledged = figures.bytesAcknowledged
    statistics.captureToSocket = figures.captureToSocket
    statistics.protocolPacketsSent = figures.transportPacketsSent
    statistics.protocolPacketsDropped = figures.packetsDropped
    statistics.estimatedBandwidth = figures.estimatedBandwidth
    return statistics
  }

  /// Waits for its end and says why.
  public func waitUntilClosed() async -> SRTError { await connection.waitUntilClosed() }

  /// Lets what waits go out, and closes.
  public func close() async { await connection.close() }

  /// Closes at once, so that the next connection finds the stream key free.
  public func abandon() async { await connection.close(delivers: false) }
}
