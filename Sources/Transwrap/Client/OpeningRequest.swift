internal import Media
internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL
internal import NIOTLS
internal import NIOWebSocket
internal import RTMP

/// Asks a proxy for a WebSocket, and says why there is none; on its event loop.
final class OpeningRequest: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundOut = HTTPClientRequestPart

  private static let textLimit = 300

  private let endpoint: ProxyEndpoint
  private let credential: ProxyCredential
  private let session: SessionID?
  private let deadlines: RTMPDeadlines
  private let opened: EventLoopPromise<NIOLoopBound<ProxyHandler>>
  private var timer: Scheduled<Void>?
  private var status: HTTPResponseStatus?
  private var text = ""
  private var isEncrypted = false

  init(
    _ endpoint: ProxyEndpoint, _ credential: ProxyCredential, _ session: SessionID?, _ deadlines: RTMPDeadlines,
    _ opened: EventLoopPromise<NIOLoopBound<ProxyHandler>>, on loop: any EventLoop
  ) {
    self.endpoint = endpoint
    self.credential = credential
    self.session = session
    self.deadlines = deadlines
    self.opened = opened
  }

  /// Puts the connection's handlers together; `handler` is made when the proxy has agreed.
  func configure(_ channel: any Channel, _ handler: @escaping @Sendable () -> ProxyHandler) throws {
    let bound = NIOLoopBound(self, eventLoop: channel.eventLoop)
    let upgrader = NIOWebSocketClientUpgrader(maxFrameSize: 1 << 20, automaticErrorHandling: false) { channel, _ in
      channel.eventLoop.makeCompletedFuture {
        let made = handler()
        try channel.pipeline.syncOperations.addHandler(made)
        bound.value.succeed(NIOLoopBound(made, eventLoop: channel.eventLoop))
      }
    }
    try channel.pipeline.syncOperations.addHTTPClientHandlers(
      leftOverBytesStrategy: .forwardBytes,
      withClientUpgrade: (
        upgraders: [upgrader],
        completionHandler: { context in
          context.pipeline.syncOperations.removeHandler(bound.value, promise: nil)
        }
      ))
    try channel.pipeline.syncOperations.addHandler(self)
  }

  private func succeed(_ handler: NIOLoopBound<ProxyHandler>) {
    timer?.cancel()
    opened.succeed(handler)
  }

  func handlerAdded(context: ChannelHandlerContext) {
    // Behind an HTTP proxy the connection is open already.
    if context.channel.isActive { begin(context) }
  }

  func channelActive(context: ChannelHandlerContext) {
    begin(context)
    context.fireChannelActive()
  }

  private func begin(_ context: ChannelHandlerContext) {
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    let limit = endpoint.isSecure ? deadlines.tls + deadlines.publish : deadlines.publish
    timer = context.eventLoop.scheduleTask(in: TimeAmount(limit)) {
      let (request, context) = bound.value
      request.fail(.connection(.stageTimeout(.handshake, at: request.endpoint.authority, limit)), context)
    }
    if !endpoint.isSecure { ask(context) }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    // The token leaves only when the proxy's certificate is verified.
    if case .handshakeCompleted? = event as? TLSUserEvent { ask(context) }
    context.fireUserInboundEventTriggered(event)
  }

  private func ask(_ context: ChannelHandlerContext) {
    isEncrypted = true
    var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: path)
    head.headers.add(name: "Host", value: endpoint.authority)
    head.headers.add(name: "Content-Length", value: "0")
    head.headers.add(name: "User-Agent", value: "ivs-broadcast")
    if case .token(let token) = credential { head.headers.add(name: "Authorization", value: "Bearer \(token.value)") }
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
  }

  private var path: String {
    switch (endpoint.target, credential) {
    case (.channel(let name), _): "/v1/publish/\(name)" + (session.map { "?session=\($0.text)" } ?? "")
    case (.ingest(let ingest), .key(let key)): "/rtmps/h264/\(ingest)/\(key.value)"
    case (.ingest(let ingest), .token): "/rtmps/h264/\(ingest)/"
    }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): status = head.status
    case .body(let bytes): if text.utf8.count < Self.textLimit { text += String(buffer: bytes) }
    case .end:
      let shown = String(
        text.unicodeScalars.filter { $0.value >= 0x20 && $0.value < 0x7f }.map(Character.init).prefix(Self.textLimit))
      fail(.answered(status: Int(status?.code ?? 0), shown, at: endpoint.authority), context)
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    fail(.connection(.closedByServer(isEncrypted ? .handshake : .tls, at: endpoint.authority)), context)
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    let at = endpoint.authority
    if !isEncrypted, endpoint.isSecure {
      let certificate = try? context.pipeline.syncOperations.handler(type: NIOSSLClientHandler.self).peerCertificate
      if let failure = TLSFailure(error, certificate: certificate) {
        return fail(.connection(.tls(failure, at: at)), context)
      }
    }
    switch error {
    // A refusal comes as an answer right after.
    case is NIOHTTPClientUpgradeError: return
    case is HTTPParserError: fail(.notWebSocket(at: at), context)
    case let error as NIOSSLError where error == .uncleanShutdown: return
    default:
      fail(.connection(RTMPError(lost: error, at: at, stallLimit: deadlines.sendStall)), context)
    }
  }

  private func fail(_ error: ProxyError, _ context: ChannelHandlerContext) {
    timer?.cancel()
    opened.fail(error)
    context.close(promise: nil)
  }
}
