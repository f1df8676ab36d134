internal import Media
internal import NIOCore
internal import NIOHTTP1

/// Asks an HTTP proxy of the network for a way to a host (RFC 9110 §9.3.6, CONNECT) and leaves when it is open; on its
/// event loop.
final class TunnelRequest: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundOut = HTTPClientRequestPart

  private let head: HTTPRequestHead
  private let limit: Duration
  private let opened: EventLoopPromise<Void>
  private var timer: Scheduled<Void>?
  private var isAnswered = false

  /// - Parameters:
  ///   - target: `host:port`.
  ///   - authorization: for the proxy's eyes only.
  ///   - opened: fails with a ``TunnelRefusal``.
  init(to target: String, authorization: String?, within limit: Duration, _ opened: EventLoopPromise<Void>) {
    var headers = HTTPHeaders([("Host", target)])
    if let authorization { headers.add(name: "Proxy-Authorization", value: "Basic \(authorization)") }
    head = HTTPRequestHead(version: .http1_1, method: .CONNECT, uri: target, headers: headers)
    self.limit = limit
    self.opened = opened
  }

  func channelActive(context: ChannelHandlerContext) {
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    timer = context.eventLoop.scheduleTask(in: TimeAmount(limit)) { bound.value.0.fail(.silent, bound.value.1) }
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    context.fireChannelActive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): if !(200..<300).contains(head.status.code) { fail(Self.refusal(head), context) }
    case .body: fail(.notHTTP, context)
    case .end:
      guard finish() else { return }
      context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
      opened.succeed()
    }
  }

  /// What a refusal says in words: whom a password is for, else its reason.
  static func refusal(_ head: HTTPResponseHead) -> TunnelRefusal {
    let realm = head.status.code == 407 ? head.headers["Proxy-Authenticate"].first : nil
    return .answered(status: Int(head.status.code), ForeignText.cleaned(realm ?? head.status.reasonPhrase))
  }

  func channelInactive(context: ChannelHandlerContext) {
    fail(.silent, context)
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    // An attempt at a connection that came to nothing tells why itself.
    if finish() { opened.fail(ChannelError.alreadyClosed) }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    fail(error is HTTPParserError ? .notHTTP : .silent, context)
  }

  private func fail(_ refusal: TunnelRefusal, _ context: ChannelHandlerContext) {
    guard finish() else { return }
    opened.fail(refusal)
    context.close(promise: nil)
  }

  private func finish() -> Bool {
    defer { isAnswered = true }
    timer?.cancel()
    return !isAnswered
  }
}
