internal import Media
internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL
internal import NIOTLS
internal import NIOWebSocket
internal import Networking
internal import RTMP

/// Asks a proxy for a WebSocket, and says why there is none; on its event loop.
final class OpeningRequest: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundOut = HTTPClientRequestPart

  /// Bytes of an answer's body that are shown, and read.
  private static let bodyLimit = 300
  /// A body that does not end may take so long.
  private static let bodyTime = TimeAmount.seconds(1)

  private let endpoint: ProxyEndpoint
  private let credential: ProxyCredential
  private let session: SessionID?
  private let isBeside: Bool
  private let deadlines: PublishDeadlines
  private let opened: EventLoopPromise<NIOLoopBound<ProxyHandler>>
  private var timer: Scheduled<Void>?
  private var head: HTTPResponseHead?
  private var body = ByteBuffer()
  private var isEncrypted = false

  init(
    _ endpoint: ProxyEndpoint, _ credential: ProxyCredential, _ session: SessionID?, isBeside: Bool = false,
    _ deadlines: PublishDeadlines, _ opened: EventLoopPromise<NIOLoopBound<ProxyHandler>>, on loop: any EventLoop
  ) {
    self.endpoint = endpoint
    self.credential = credential
    self.session = session
    self.isBeside = isBeside
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
    if endpoint.isSecure { startTimer(context) } else { ask(context) }
  }

  /// A peer that falls silent is noticed at the same time in each step.
  private func startTimer(_ context: ChannelHandlerContext) {
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    let (limit, at) = (deadlines.step, endpoint.authority)
    timer?.cancel()
    timer = context.eventLoop.scheduleTask(in: TimeAmount(limit)) {
      let (request, context) = bound.value
      let isInTLS = request.endpoint.isSecure && !request.isEncrypted
      request.fail(
        .connection(isInTLS ? .tls(.timeout(limit), at: at) : .stageTimeout(.handshake, at: at, limit)), context)
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    // The token leaves only when the proxy's certificate is verified.
    if case .handshakeCompleted? = event as? TLSUserEvent { ask(context) }
    context.fireUserInboundEventTriggered(event)
  }

  private func ask(_ context: ChannelHandlerContext) {
    isEncrypted = true
    startTimer(context)
    var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: path)
    head.headers.add(name: "Host", value: endpoint.authority)
    head.headers.add(name: "Content-Length", value: "0")
    head.headers.add(name: "User-Agent", value: "ivs-broadcast")
    let features: [ClientFeature] = isBeside ? [.move, .beside] : [.move]
    head.headers.add(name: ClientFeature.headerName, value: ClientFeature.header(features))
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
    case .head(let head):
      self.head = head
      guard head.status != .switchingProtocols else {
        return fail(.notWebSocket("its yes is not the one of RFC 6455", at: endpoint.authority), context)
      }
      let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
      timer?.cancel()
      timer = context.eventLoop.scheduleTask(in: Self.bodyTime) { bound.value.0.refused(bound.value.1) }
    case .body(let bytes):
      body.writeImmutableBuffer(
        bytes.getSlice(at: bytes.readerIndex, length: min(bytes.readableBytes, Self.bodyLimit)) ?? bytes)
      if body.readableBytes >= Self.bodyLimit { refused(context) }
    case .end: refused(context)
    }
  }

  /// The answer is no WebSocket.
  private func refused(_ context: ChannelHandlerContext) {
    guard let head else { return }
    fail(.answered(status: Int(head.status.code), Self.words(head, body), at: endpoint.authority), context)
  }

  /// What an answer says in words: where it leads, when to come again, its page, its reason.
  static func words(_ head: HTTPResponseHead, _ body: ByteBuffer) -> String {
    if (300..<400).contains(head.status.code), let location = head.headers["Location"].first {
      // A login page's query may hold anything.
      return ForeignText.cleaned(String(location.prefix { $0 != "?" && $0 != "#" }))
    }
    if head.status.code == 407, let realm = head.headers["Proxy-Authenticate"].first {
      return ForeignText.cleaned(realm)
    }
    if let seconds = head.headers["Retry-After"].first.flatMap({ UInt16($0) }) { return "again in \(seconds) s" }
    let page = ForeignText.cleaned(bytes: body.readableBytesView, limit: bodyLimit)
    return page.isEmpty ? ForeignText.cleaned(head.status.reasonPhrase) : page
  }

  func channelInactive(context: ChannelHandlerContext) {
    refused(context)
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
    case HTTPParserError.headerOverflow:
      fail(.notWebSocket("its answer has more headers than any needs", at: at), context)
    case is HTTPParserError:
      let hint = endpoint.isSecure ? "" : "; if it speaks TLS, use wss://"
      fail(.notWebSocket("its answer is no HTTP\(hint)", at: at), context)
    case let error as NIOSSLError where error == .uncleanShutdown: return
    default:
      fail(.connection(ConnectionError(lost: error, at: at, stallLimit: deadlines.sendStall)), context)
    }
  }

  private func fail(_ error: ProxyError, _ context: ChannelHandlerContext) {
    timer?.cancel()
    opened.fail(error)
    context.close(promise: nil)
  }
}
