internal import Media
internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL
internal import NIOWebSocket
internal import Transwrap

/// One connection of a client, from its first byte until it is a WebSocket or was answered.
enum ClientConnection {
  /// What a request came to, for the handlers of one connection; on its event loop.
  private final class Verdict {
    var entry: WebSocketHandler.Entry?
    /// What is answered where no WebSocket is opened.
    var answer: HTTPAnswer?
    var address: String

    init(address: String) { self.address = address }
  }

  /// Puts a connection's handlers together.
  static func configure(
    _ channel: any Channel, admission: Admission, certificates: CertificateStore?, pages: WebPages
  ) throws {
    let pipeline = channel.pipeline.syncOperations
    let address = channel.remoteAddress?.ipAddress ?? "unknown"
    // Behind a load balancer all connections have its address.
    let group = admission.settings.isBehindProxy ? nil : AddressGroup.of(address)
    do throws(ConnectionCount.Refusal) { try admission.connections.enter(group) } catch {
      admission.metrics.refused(error.rawValue)
      throw error
    }
    channel.closeFuture.whenComplete { _ in admission.connections.leave(group) }
    let verdict = NIOLoopBound(Verdict(address: address), eventLoop: channel.eventLoop)
    let deadline = HandshakeDeadline(TimeAmount(admission.settings.limits.handshake)) {
      admission.metrics.refused("handshake-timeout")
    }
    if let certificates { try pipeline.addHandler(NIOSSLServerHandler(context: certificates.context)) }
    try pipeline.addHandler(deadline)
    let boundDeadline = NIOLoopBound(deadline, eventLoop: channel.eventLoop)
    let upgrader = NIOWebSocketServerUpgrader(
      maxFrameSize: admission.settings.limits.messageBytes, automaticErrorHandling: false
    ) { channel, head in
      shouldUpgrade(channel, head, admission, verdict.value)
    } upgradePipelineHandler: { channel, head in
      channel.pipeline.syncOperations.removeHandler(boundDeadline.value, promise: nil)
      return removeFrameDecoder(channel).flatMapThrowing {
        guard let entry = verdict.value.entry else { throw ChannelError.eof }
        let named = head.headers[ClientFeature.headerName].joined(separator: ",")
        let link = ClientLink(
          channel, isOriginal: head.uri.hasPrefix("/rtmps/"),
          features: Set(ClientFeature.allCases.filter { $0.isNamed(in: named) }))
        try channel.pipeline.syncOperations.addHandler(
          WebSocketHandler(link, entry, limits: admission.settings.limits, metrics: admission.metrics))
      }
    }
    let answerer = HTTPAnswerer { head in answer(head, verdict.value, pages) }
    let boundAnswerer = NIOLoopBound(answerer, eventLoop: channel.eventLoop)
    try pipeline.configureHTTPServerPipeline(
      withServerUpgrade: (
        upgraders: [upgrader],
        completionHandler: { context in
          context.pipeline.syncOperations.removeHandler(boundAnswerer.value, promise: nil)
        }
      ))
    try pipeline.addHandler(answerer)
  }

  /// Takes out the decoder that NIO's upgrade puts in: it keeps each frame until its end, and unmasks byte by byte.
  ///
  /// The upgrade holds back what the client sends until this is done.
  private static func removeFrameDecoder(_ channel: any Channel) -> EventLoopFuture<Void> {
    let pipeline = channel.pipeline.syncOperations
    do {
      let decoder = try pipeline.context(handlerType: ByteToMessageHandler<WebSocketFrameDecoder>.self)
      return pipeline.removeHandler(context: decoder)
    } catch { return channel.eventLoop.makeFailedFuture(error) }
  }

  /// Whether a WebSocket is opened: where not, the request goes on as a plain one and is answered.
  private static func shouldUpgrade(
    _ channel: any Channel, _ head: HTTPRequestHead, _ admission: Admission, _ verdict: Verdict
  ) -> EventLoopFuture<HTTPHeaders?> {
    var address = verdict.address
    if admission.settings.isBehindProxy, let header = head.headers["X-Forwarded-For"].last {
      address = ClientAddress.forwarded(header) ?? address
    }
    if let answer = UpgradeRules.refusal(head) {
      verdict.answer = answer
      return channel.eventLoop.makeSucceededFuture(nil)
    }
    let bound = NIOLoopBound(verdict, eventLoop: channel.eventLoop)
    // Who is not yet known fills no memory meanwhile: the library would keep all that comes.
    channel.setOption(.autoRead, value: false).whenFailure { _ in }
    return admission.admit(head, from: address, on: channel.eventLoop).map { entry -> HTTPHeaders? in
      bound.value.entry = entry
      return [:]
    }.flatMapErrorThrowing { error in
      let refusal =
        error as? Admission.Refusal
        ?? Admission.Refusal(status: .internalServerError, code: "internal", message: "\(error)")
      var answer = HTTPAnswer(refusal.status, refusal.message)
      answer.headers = refusal.headers
      bound.value.answer = answer
      return nil
    }.always { _ in channel.setOption(.autoRead, value: true).whenFailure { _ in } }
  }

  private static func answer(_ head: HTTPRequestHead, _ verdict: Verdict, _ pages: WebPages) -> HTTPAnswer {
    if let answer = verdict.answer { return answer }
    let path = String(head.uri.prefix { $0 != "?" })
    if UpgradeRules.concerns(path) { return UpgradeRules.answer(head) }
    guard head.method == .GET || head.method == .HEAD else { return HTTPAnswer(.methodNotAllowed, "use GET") }
    if let page = pages[path] {
      var answer = HTTPAnswer(.ok, "")
      answer.type = page.type
      answer.body = page.body
      answer.headers = [
        (
          "Content-Security-Policy",
          "default-src 'self'; connect-src 'self' ws: wss:; media-src 'self' blob: mediastream:; frame-ancestors 'none'"
        ), ("Referrer-Policy", "no-referrer"),
      ]
      return answer
    }
    return HTTPAnswer(.notFound, "there is nothing here: publish to /v1/publish/CHANNEL")
  }
}
