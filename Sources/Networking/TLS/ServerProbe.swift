internal import Glibc
internal import Media
public import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import NIOTLS

/// Looks at a server step by step, and says nothing of the protocol behind TCP and TLS: for looking before going live.
public enum ServerProbe {
  /// The addresses that the system's resolver knows for a host, the IPv4 ones first; each once.
  ///
  /// Blocks as long as the resolver does.
  /// - Throws: ``ConnectionError/unknownHost(_:)`` where there are none.
  public static func addresses(of host: String) throws(ConnectionError) -> [String] {
    var seen: [String] = []
    for family in [AF_INET, AF_INET6] {
      for address in NameLookup.addresses(of: host, port: 0, for: .tcp, family: family) {
        if let text = address.ipAddress, !seen.contains(text) { seen.append(text) }
      }
    }
    guard !seen.isEmpty else { throw .unknownHost(host) }
    return seen
  }

  /// Connects by TCP and closes again.
  /// - Throws: why nobody took the connection within the limit.
  public static func connect(
    to host: String, port: Int, over interface: NetworkInterface? = nil, within limit: Duration,
    group: any EventLoopGroup
  ) async throws(ConnectionError) {
    let bootstrap = ClientBootstrap(group: group).keptTo(try interface.index())
    do {
      let channel = try await bootstrap.connectTimeout(TimeAmount(limit))
        .connect(host: host, port: port).get()
      channel.close(promise: nil)
    } catch { throw ConnectionError(connecting: error, to: host, at: HostAndPort.authority(host, port), within: limit) }
  }

  /// Completes a TLS handshake, verifies the server as a broadcast would, and closes again.
  /// - Returns: seconds since 1970 after which the server's certificate is over.
  /// - Throws: ``ConnectionError/tls(_:at:)`` with the cause, or why there was no connection.
  public static func certificateEnd(
    of host: String, port: Int, over interface: NetworkInterface? = nil, tls: TLSSettings, within limit: Duration,
    group: any EventLoopGroup
  ) async throws(ConnectionError) -> Int {
    let context = try tls.makeContext(shutdown: .milliseconds(100))
    let index = try interface.index()
    let loop = group.next()
    let verified = loop.makePromise(of: Int.self)
    let at = HostAndPort.authority(host, port)
    let limited = loop.scheduleTask(in: TimeAmount(limit)) {
      verified.fail(ConnectionError.tls(.timeout(limit), at: at))
    }
    let connecting = ClientBootstrap(group: loop).keptTo(index).connectTimeout(TimeAmount(limit))
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(TLSSettings.makeHandler(context, host: host))
          try channel.pipeline.syncOperations.addHandler(HandshakeWatch(verified, at: at))
        }
      }.connect(host: host, port: port)
    connecting.whenFailure { verified.fail(ConnectionError(connecting: $0, to: host, at: at, within: limit)) }
    connecting.whenSuccess { channel in
      verified.futureResult.whenComplete { _ in channel.close(promise: nil) }
    }
    defer { limited.cancel() }
    do { return try await verified.futureResult.get() } catch {
      throw error as? ConnectionError ?? .connectionLost(reason: ForeignText.cleaned("\(error)"), at: at)
    }
  }
}

/// Waits for the end of a TLS handshake, good or bad.
private final class HandshakeWatch: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let verified: EventLoopPromise<Int>
  private let at: String

  init(_ verified: EventLoopPromise<Int>, at: String) {
    self.verified = verified
    self.at = at
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .handshakeCompleted? = event as? TLSUserEvent {
      verified.succeed(Self.certificate(context)?.notValidAfter ?? Int.max)
    }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    let failure = TLSFailure(error, certificate: Self.certificate(context)) ?? .closedDuringHandshake
    verified.fail(ConnectionError.tls(failure, at: at))
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    verified.fail(ConnectionError.tls(.closedDuringHandshake, at: at))
  }

  private static func certificate(_ context: ChannelHandlerContext) -> NIOSSLCertificate? {
    try? context.pipeline.syncOperations.handler(type: NIOSSLClientHandler.self).peerCertificate
  }
}
