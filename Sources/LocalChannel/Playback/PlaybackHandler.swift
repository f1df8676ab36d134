internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import Networking

/// Answers the requests of one connection; lives on its event loop.
///
/// At any time one limit runs: for the next whole request, or for the next part of an answer.
final class PlaybackHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  /// An answer goes out in such parts, so that a reader that is slow is told from one that has stopped.
  private static let part = 64 << 10
  /// No request here has a body; one that a client sends all the same is passed over up to this length.
  private static let longestBody = 4 << 10

  private let content: PlaybackContent
  private let limits: PlaybackServer.Limits
  private let clients: AcceptedConnections
  private var request: HTTPRequestHead?
  private var bodyBytes = 0
  private var limit: Scheduled<Void>?

  init(_ content: PlaybackContent, _ limits: PlaybackServer.Limits, _ clients: AcceptedConnections) {
    (self.content, self.limits, self.clients) = (content, limits, clients)
  }

  func channelActive(context: ChannelHandlerContext) {
    closes(context, after: limits.request)
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    limit?.cancel()
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): (request, bodyBytes) = (head, 0)
    case .body(let bytes):
      bodyBytes += bytes.readableBytes
      if bodyBytes > Self.longestBody { context.close(promise: nil) }
    case .end:
      guard let request else { return }
      self.request = nil
      answer(request, context)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  private func answer(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    let request = PlaybackRequest(
      method: head.method.rawValue, target: head.uri, hosts: head.headers["host"],
      wantsHost: head.version != .http1_0, secret: content.secret)
    if request.isTrusted { clients.recognize(context.channel) }
    // Whoever does not know the secret has to come anew for each guess.
    let isLast = !head.isKeepAlive || !request.isTrusted
    if let answer = PlaybackAnswer(to: request, content) { return send(answer, to: head, isLast: isLast, context) }
    guard case .file(let name, let mediaType) = request else { return }
    limit?.cancel()
    let handlerContext = context
    NIOThreadPool.singleton.runIfActive(eventLoop: context.eventLoop) { [content] in content.read(name) }
      .assumeIsolated().whenComplete { [self] result in
        guard handlerContext.channel.isActive else { return }
        let answer = (try? result.get()).flatMap { $0 }.map { PlaybackAnswer($0, as: mediaType) } ?? .nothing
        send(answer, to: head, isLast: isLast, handlerContext)
      }
  }

  private func send(
    _ answer: PlaybackAnswer, to request: HTTPRequestHead, isLast: Bool, _ context: ChannelHandlerContext
  ) {
    let head = HTTPResponseHead(
      version: request.version, status: answer.status, headers: answer.headers(isLast: isLast))
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    send(rest: request.method == .HEAD ? ByteBuffer() : answer.body, isLast: isLast, context)
  }

  private func send(rest: ByteBuffer, isLast: Bool, _ context: ChannelHandlerContext) {
    var rest = rest
    let part = rest.readSlice(length: min(Self.part, rest.readableBytes)) ?? ByteBuffer()
    let isEnd = rest.readableBytes == 0
    closes(context, after: limits.progress)
    let (handlerContext, left) = (context, rest)
    let written = context.eventLoop.makePromise(of: Void.self)
    written.futureResult.assumeIsolated().whenComplete { [self] result in
      guard case .success = result else { return handlerContext.close(promise: nil) }
      if !isEnd { return send(rest: left, isLast: isLast, handlerContext) }
      if isLast { handlerContext.close(promise: nil) } else { closes(handlerContext, after: limits.idle) }
    }
    let body = wrapOutboundOut(.body(.byteBuffer(part)))
    guard isEnd else { return context.writeAndFlush(body, promise: written) }
    if part.readableBytes > 0 { context.write(body, promise: nil) }
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
  }

  private func closes(_ context: ChannelHandlerContext, after time: TimeAmount) {
    limit?.cancel()
    let handlerContext = context
    limit = context.eventLoop.assumeIsolated().scheduleTask(in: time) { handlerContext.close(promise: nil) }
  }
}
