internal import Logging
internal import Media
public import NIOCore
public import Networking
public import Packets

/// One publication over RTMP or RTMPS, from the accepted stream to its end.
///
/// Any task may use it. It is for one sender: packets leave in the order of the calls to ``send(_:)``. When it is done
/// with, ``close()`` has to be called; a lost connection is told by ``send(_:)`` and by ``waitUntilClosed()``.
public final class RTMPPublisher: Publisher {
  /// Where the stream goes.
  public let endpoint: IngestEndpoint

  private let connection: PublisherChannel<RTMPHandler, RTMPError>
  /// When the server wants the stream to go on over another connection, at a place that the key may follow to.
  package let moveRequests: AsyncStream<MoveRequest>
  private var channel: any Channel { connection.channel }
  private let logger: Logger

  init(
    _ endpoint: IngestEndpoint, _ connection: PublisherChannel<RTMPHandler, RTMPError>,
    moveRequests: AsyncStream<MoveRequest>, logger: Logger
  ) {
    self.endpoint = endpoint
    self.connection = connection
    self.moveRequests = moveRequests
    self.logger = logger
  }

  /// Sends a packet and suspends until the kernel has taken it, so nothing piles up in this process.
  ///
  /// In front of the first packet go `onMetaData` and the sequence headers. Cancelling the task does not free a caller
  /// that waits; ``close()`` does. On the connection's own event loop a packet costs no switch of threads.
  /// - Throws: why the connection ended; ``ConnectionError/stalled(_:at:)`` when nothing went out for the deadline.
  public func send(
    _ packet: EncodedPacket, isolation: isolated (any Actor)? = #isolation
  ) async throws(RTMPError) {
    let written = channel.eventLoop.makePromise(of: Void.self)
    channel.writeAndFlush(RTMPHandler.Request.packet(packet), promise: written)
    // Neither the future's own `get` nor a cancellation handler: both would run on the global executor, and two
    // switches of threads for each packet cost more than sending it.
    let result = await withCheckedContinuation(isolation: isolation) {
      (continuation: CheckedContinuation<Result<Void, any Error>, Never>) in
      written.futureResult.whenComplete { continuation.resume(returning: $0) }
    }
    guard case .failure(let failure) = result else { return }
    if let error = failure as? RTMPError { throw error }
    throw await waitUntilClosed()
  }

  /// Sends packets in one piece, without waiting: what the kernel does not take now waits in this process.
  ///
  /// Whoever sends so has to stop while ``isWritable`` is false; a connection that ended takes packets and loses them,
  /// and tells why by ``waitUntilClosed()``. Cheapest on the connection's own event loop.
  public func write(_ packets: [EncodedPacket]) {
    guard !packets.isEmpty else { return }
    channel.writeAndFlush(RTMPHandler.Request.packets(packets), promise: nil)
  }

  /// The packets from here on are of these tracks; a server is told before the next one.
  public func describe(_ stream: StreamDescription) {
    channel.write(RTMPHandler.Request.describe(stream), promise: nil)
  }

  /// Whether less than 100 ms of media wait in this process.
  public var isWritable: Bool { channel.isWritable }

  /// Has `body` called whenever ``isWritable`` changes, on the connection's event loop, where this has to be called.
  public func onWritability(_ body: @escaping (Bool) -> Void) { connection.handler.value.onWritability = body }

  /// Has `body` called with the reason when the connection has ended, on its event loop.
  public func onClosed(_ body: @escaping @Sendable (RTMPError) -> Void) {
    connection.ended.whenSuccess(body)
  }

  /// Counters and the kernel's view of the connection; cheap enough for ten times a second.
  public func statistics() async -> TransportStatistics {
    (try? await futureStatistics().get()) ?? TransportStatistics()
  }

  /// The same as ``statistics()``, for event loops.
  public func futureStatistics() -> EventLoopFuture<TransportStatistics> {
    let (channel, handler) = (connection.channel, connection.handler)
    return channel.eventLoop.flatSubmit { handler.value.snapshot(channel) }
  }

  /// Waits for the end of the connection, whoever brings it about, and says why; `closed` after ``close()``,
  /// `cancelled` when the waiting task is cancelled.
  public func waitUntilClosed() async -> RTMPError { await connection.waitUntilClosed() }

  /// Ends the stream in the protocol (FCUnpublish, deleteStream) and closes; returns within the deadline, in any state.
  public func close() async {
    await connection.close(with: RTMPHandler.Request.close)
    logger.debug("publisher closed", metadata: ["endpoint": "\(endpoint)"])
  }
}
