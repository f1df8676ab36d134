public import Logging
internal import Media
public import NIOCore
internal import NIOPosix
internal import NIOSSL
public import Networking
public import Packets

extension RTMPPublisher {
  /// Connects, verifies the server, and asks it for the stream; returns when it has agreed.
  ///
  /// Tries the host's addresses as RFC 8305 has it. Nothing of the key leaves before the server's certificate is
  /// verified. Cancelling the task gives the caller back at once and closes what was open. A redirect is followed to the
  /// same host, and never out of TLS; one that leads elsewhere is told.
  /// - Parameters:
  ///   - context: `tls` made ready beforehand; otherwise this connection reads the authorities for itself.
  ///   - addresses: which of the host's addresses may be used.
  ///   - interface: the only network interface that is used; the host's name is looked up over whichever.
  ///   - group: where the connection lives; its loops have to outlive the publisher.
  public static func connect(
    to endpoint: IngestEndpoint, key: StreamKey, stream: StreamDescription, tls: TLSSettings = TLSSettings(),
    context prepared: TLSContext? = nil, deadlines: PublishDeadlines = PublishDeadlines(),
    addresses: AddressRule = .any, interface: NetworkInterface? = nil, group: any EventLoopGroup, logger: Logger
  ) async throws(RTMPError) -> RTMPPublisher {
    var (endpoint, redirects) = (endpoint, 0)
    while true {
      do throws(RTMPError) {
        return try await open(
          endpoint, key, stream, tls, prepared, deadlines, addresses, interface, group, logger)
      } catch {
        guard case .redirected(let target, _) = error, redirects < redirectLimit,
          let next = endpoint.followed(to: target)
        else { throw error }
        logger.info("redirected by the server", metadata: ["from": "\(endpoint)", "to": "\(next)"])
        (endpoint, redirects) = (next, redirects + 1)
      }
    }
  }

  /// Servers that send a client in a circle get no further than this.
  private static let redirectLimit = 3

  private static func open(
    _ endpoint: IngestEndpoint, _ key: StreamKey, _ stream: StreamDescription, _ tls: TLSSettings,
    _ prepared: TLSContext?, _ deadlines: PublishDeadlines, _ addresses: AddressRule, _ interface: NetworkInterface?,
    _ group: any EventLoopGroup, _ logger: Logger
  ) async throws(RTMPError) -> RTMPPublisher {
    let index: Int32?
    do throws(ConnectionError) { index = try interface.index() } catch { throw .connection(error) }
    var context: NIOSSLContext?
    if endpoint.scheme == .rtmps {
      do throws(ConnectionError) {
        context = if let prepared { prepared.context } else { try tls.makeContext(shutdown: deadlines.close / 2) }
      } catch { throw .connection(error) }
    }
    let loop = group.next()
    let result = loop.makePromise(of: RTMPPublisher.self)
    // Not the library's own resolver: it starts threads, and its callers, event loops, wait where there are none.
    let resolver = FilteringResolver(addresses, on: loop)
    let attempts = NIOLoopBoundBox.makeBoxSendingValue([ObjectIdentifier: RTMPHandler](), eventLoop: loop)
    let connecting = bootstrap(endpoint, key, stream, context, deadlines, resolver, attempts, logger)
      .keptTo(index).connect(host: endpoint.host, port: endpoint.port)
    connecting.whenFailure { error in
      let failure = ConnectionError(
        connecting: error, to: endpoint.host, at: endpoint.authority, within: deadlines.step)
      let isForbidden = failure == .unknownHost(endpoint.host) && resolver.hasRefused
      result.fail(
        RTMPError.connection(
          isForbidden
            ? .unreachable(at: endpoint.authority, reason: "its name leads to private addresses only") : failure))
    }
    connecting.whenSuccess { channel in
      // A result that is there already means that the task was cancelled.
      result.futureResult.whenFailure { _ in channel.close(promise: nil) }
      establish(endpoint, channel, attempts, deadlines, logger).cascade(to: result)
    }
    let connected: Result<RTMPPublisher, RTMPError> = await result.publisher(at: endpoint.authority)
    let publisher = try connected.get()
    logger.debug("publishing", metadata: ["endpoint": "\(endpoint)"])
    return publisher
  }

  private static func bootstrap(
    _ endpoint: IngestEndpoint, _ key: StreamKey, _ stream: StreamDescription, _ context: NIOSSLContext?,
    _ deadlines: PublishDeadlines, _ resolver: FilteringResolver, _ attempts: Attempts, _ logger: Logger
  ) -> ClientBootstrap {
    let rate = (stream.video?.bitrate.bitsPerSecond ?? 0) + (stream.audio?.bitrate.bitsPerSecond ?? 0)
    // 100 ms of media, so that congestion shows in this process and not as seconds of stale video in the kernel.
    let unsent = max(32 << 10, min(rate / 80, 8 << 20))
    let userTimeout = max(1, deadlines.sendStall.wholeNanoseconds / 1_000_000)
    return ClientBootstrap(group: attempts.eventLoop)
      .resolver(resolver)
      .connectTimeout(TimeAmount(deadlines.step))
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelOption(.tcpOption(TCPSocket.userTimeout), value: Int(clamping: userTimeout))
      .channelOption(.tcpOption(TCPSocket.notSentLowWaterMark), value: unsent)
      .channelOption(.writeBufferWaterMark, value: .init(low: unsent / 2, high: unsent))
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          TCPSocket.limitRetransmissionDelay(on: channel)
          if let context {
            try channel.pipeline.syncOperations.addHandler(TLSSettings.makeHandler(context, host: endpoint.host))
          }
          var random = SystemRandomNumberGenerator()
          var nonce = ByteBuffer()
          while nonce.readableBytes < Handshake.nonceBytes { nonce.writeInteger(random.next()) }
          let machine = RTMPClientStateMachine(endpoint: endpoint, key: key, stream: stream, nonce: nonce)
          let handler = RTMPHandler(
            endpoint: endpoint, deadlines: deadlines, machine: machine, eventLoop: channel.eventLoop,
            logger: logger)
          attempts.value[ObjectIdentifier(channel)] = handler
          try channel.pipeline.syncOperations.addHandler(handler)
        }
      }
  }

  /// Waits for the server's agreement.
  private static func establish(
    _ endpoint: IngestEndpoint, _ channel: any Channel, _ attempts: Attempts, _ deadlines: PublishDeadlines,
    _ logger: Logger
  ) -> EventLoopFuture<RTMPPublisher> {
    channel.eventLoop.flatSubmit {
      // Not looked for in the pipeline: one whose connection has ended by now is empty, and would not say why.
      guard let handler = attempts.value[ObjectIdentifier(channel)] else {
        return channel.eventLoop.makeFailedFuture(
          RTMPError.connection(.closedByServer(.handshake, at: endpoint.authority)))
      }
      attempts.value = [:]
      let connection = PublisherChannel(
        channel, NIOLoopBound(handler, eventLoop: channel.eventLoop), ended: handler.closed.futureResult,
        deadlines: deadlines)
      let publisher = RTMPPublisher(endpoint, connection, moveRequests: handler.moves.stream, logger: logger)
      return handler.established.futureResult.map { publisher }
    }
  }

  /// The handlers of the connections that are tried at once, on their event loop.
  private typealias Attempts = NIOLoopBoundBox<[ObjectIdentifier: RTMPHandler]>
}
