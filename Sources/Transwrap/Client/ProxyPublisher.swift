public import Logging
internal import Media
public import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
internal import NIOTLS
internal import NIOWebSocket
public import Networking
public import Packets
internal import RTMP

/// One publication through a proxy, from the accepted request to its end; used as ``RTMPPublisher`` is.
public final class ProxyPublisher: Publisher {
  /// The proxy.
  public let endpoint: ProxyEndpoint

  private let connection: PublisherChannel<ProxyHandler, ProxyError>
  private let said: LatestProxyReport
  private let accepted: EventLoopFuture<Void>
  /// When the proxy wants the stream to go on over another connection, for it is about to end.
  package let moveRequests: AsyncStream<MoveRequest>

  private init(
    _ endpoint: ProxyEndpoint, _ connection: PublisherChannel<ProxyHandler, ProxyError>, _ said: LatestProxyReport,
    accepted: EventLoopFuture<Void>, moveRequests: AsyncStream<MoveRequest>
  ) {
    (self.endpoint, self.connection, self.said, self.accepted) = (endpoint, connection, said, accepted)
    self.moveRequests = moveRequests
  }

  /// Connects, verifies the proxy, and is let in by it; returns when it waits for the stream.
  ///
  /// Nothing secret leaves before the proxy's certificate is verified, where TLS is spoken.
  /// - Parameters:
  ///   - tunnel: an HTTP proxy that the network wants to be asked.
  ///   - session: the session of a connection that broke, to go on with.
  ///   - isBeside: that connection still sends; it is retired when a keyframe went over this one.
  ///   - interface: the only network interface that is used; names are looked up over whichever.
  ///   - group: where the connection lives; its loops have to outlive the publisher.
  public static func connect(
    to endpoint: ProxyEndpoint, through tunnel: HTTPTunnel? = nil, credential: ProxyCredential, session: SessionID?,
    isBeside: Bool = false, stream: StreamDescription,
    tls: TLSSettings = TLSSettings(), deadlines: PublishDeadlines = PublishDeadlines(),
    interface: NetworkInterface? = nil, group: any EventLoopGroup, logger: Logger
  ) async throws(ProxyError) -> ProxyPublisher {
    let (context, index): (NIOSSLContext?, Int32?)
    do throws(ConnectionError) {
      index = try interface.index()
      context = endpoint.isSecure ? try tls.makeContext(shutdown: deadlines.close / 2) : nil
    } catch { throw .connection(error) }
    let loop = group.next()
    let said = LatestProxyReport()
    let result = loop.makePromise(of: ProxyPublisher.self)
    let opened = loop.makePromise(of: NIOLoopBound<ProxyHandler>.self)
    let connecting = ClientBootstrap(group: loop).keptTo(index)
      .resolver(FilteringResolver(.any, on: loop))
      .connectTimeout(TimeAmount(deadlines.step))
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelOption(
        .tcpOption(TCPSocket.userTimeout),
        value: Int(clamping: max(1, deadlines.sendStall.wholeNanoseconds / 1_000_000))
      )
      .channelOption(.tcpOption(TCPSocket.notSentLowWaterMark), value: 32 << 10)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          TCPSocket.limitRetransmissionDelay(on: channel)
          let configure: @Sendable (any Channel) throws -> Void = { channel in
            let request = OpeningRequest(
              endpoint, credential, session, isBeside: isBeside, deadlines, opened, on: channel.eventLoop)
            if let context {
              try channel.pipeline.syncOperations.addHandler(TLSSettings.makeHandler(context, host: endpoint.host))
            }
            try request.configure(channel) {
              ProxyHandler(endpoint, stream: stream, deadlines: deadlines, said: said, on: channel.eventLoop)
            }
          }
          guard let tunnel else { return try configure(channel) }
          try tunnel.open(
            on: channel, to: endpoint, within: deadlines.step, failed: { opened.fail($0) }, configure)
        }
      }
      .connect(host: tunnel?.host ?? endpoint.host, port: tunnel?.port ?? endpoint.port)
    connecting.whenFailure { error in
      let failure = ConnectionError(
        connecting: error, to: tunnel?.host ?? endpoint.host, at: tunnel?.description ?? endpoint.authority,
        within: deadlines.step)
      opened.fail(ProxyError.connection(failure))
    }
    opened.futureResult.flatMap { handler -> EventLoopFuture<ProxyPublisher> in
      connecting.flatMap { channel in
        // A result that is there already means that the task was cancelled.
        result.futureResult.whenFailure { _ in channel.close(promise: nil) }
        let connection = PublisherChannel(
          channel, handler, ended: handler.value.closed.futureResult, deadlines: deadlines)
        let publisher = ProxyPublisher(
          endpoint, connection, said, accepted: handler.value.accepted.futureResult,
          moveRequests: handler.value.moves.stream)
        return handler.value.established.futureResult.map { publisher }
      }
    }.cascade(to: result)
    let connected: Result<ProxyPublisher, ProxyError> = await result.publisher(at: endpoint.authority)
    let publisher = try connected.get()
    logger.debug("publishing", metadata: ["proxy": "\(endpoint)"])
    return publisher
  }

  /// The name to go on with after a lost connection; `nil` at a proxy of the original's design.
  public var session: SessionID? { said.session }

  /// What the proxy said of its own end; `nil` at a proxy of the original's design, which says nothing that could be
  /// read.
  public var report: ProxyReport? { if case .channel = endpoint.target { said.report } else { nil } }

  /// The time that what waits for the ingest behind the proxy takes, as it said last.
  public var remoteQueue: Duration? { report?.queue(at: .now()) }

  /// Sends a packet and suspends until the kernel has taken it, so nothing piles up in this process.
  /// - Throws: why the connection ended.
  public func send(
    _ packet: EncodedPacket, isolation: isolated (any Actor)? = #isolation
  ) async throws(ProxyError) {
    let channel = connection.channel
    let written = channel.eventLoop.makePromise(of: Void.self)
    channel.writeAndFlush(ProxyHandler.Request.packet(packet), promise: written)
    let result = await withCheckedContinuation(isolation: isolation) {
      (continuation: CheckedContinuation<Result<Void, any Error>, Never>) in
      written.futureResult.whenComplete { continuation.resume(returning: $0) }
    }
    guard case .failure = result else { return }
    throw await waitUntilClosed()
  }

  /// A proxy of the original's design says nothing of its ingest.
  public var isAccepted: Bool { if case .ingest = endpoint.target { true } else { false } }

  /// Waits until the proxy says that the ingest has accepted the stream, which it learns from the media.
  public func waitUntilAccepted() async -> Bool {
    do {
      try await accepted.get()
      return true
    } catch { return false }
  }

  /// Counters and the kernel's view of the connection to the proxy; what is acknowledged is what the ingest did.
  public func statistics() async -> TransportStatistics {
    let (channel, handler) = (connection.channel, connection.handler)
    let snapshot = channel.eventLoop.flatSubmit { handler.value.snapshot(channel) }
    return (try? await snapshot.get()) ?? TransportStatistics()
  }

  /// Waits for the end of the connection, whoever brings it about, and says why.
  public func waitUntilClosed() async -> ProxyError { await connection.waitUntilClosed() }

  /// Ends the stream: the proxy ends it in RTMP; returns within the deadline, in any state.
  public func close() async {
    await connection.close(with: ProxyHandler.Request.close(.normal))
  }

  /// Ends the connection; the proxy keeps what it has at the ingest until the other connection has taken that over.
  package func retire() async {
    await connection.close(with: ProxyHandler.Request.close(.goingAway))
  }
}
