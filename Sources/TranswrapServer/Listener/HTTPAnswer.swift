internal import NIOCore
internal import NIOHTTP1
internal import NIOWebSocket

/// A short answer to a request, after which the connection ends.
struct HTTPAnswer: Sendable {
  var status: HTTPResponseStatus
  var type = "text/plain; charset=utf-8"
  var body: ByteBuffer
  var headers: [(String, String)] = []

  init(_ status: HTTPResponseStatus, _ text: String) {
    self.status = status
    body = ByteBuffer(string: text + "\n")
  }

  /// Writes it; `isHead` leaves the body out.
  func write(to context: ChannelHandlerContext, version: HTTPVersion, isHead: Bool) {
    var head = HTTPResponseHead(version: version, status: status)
    head.headers.add(name: "Content-Type", value: type)
    head.headers.add(name: "Content-Length", value: "\(body.readableBytes)")
    head.headers.add(name: "Cache-Control", value: "no-store")
    head.headers.add(name: "X-Content-Type-Options", value: "nosniff")
    head.headers.add(name: "Connection", value: "close")
    for (name, value) in headers { head.headers.add(name: name, value: value) }
    context.write(NIOAny(HTTPServerResponsePart.head(head)), promise: nil)
    if !isHead { context.write(NIOAny(HTTPServerResponsePart.body(.byteBuffer(body))), promise: nil) }
    let channel = context.channel
    context.writeAndFlush(NIOAny(HTTPServerResponsePart.end(nil))).whenComplete { _ in channel.close(promise: nil) }
  }
}

/// Answers plain requests with what `answer` says, one for each connection.
final class HTTPAnswerer: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let answer: (HTTPRequestHead) -> HTTPAnswer
  private var head: HTTPRequestHead?
  private var hasAnswered = false

  init(_ answer: @escaping (HTTPRequestHead) -> HTTPAnswer) { self.answer = answer }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): if self.head == nil { self.head = head }
    case .body: break
    case .end:
      guard let head, !hasAnswered else { return }
      hasAnswered = true
      answer(head).write(to: context, version: head.version, isHead: head.method == .HEAD)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // A WebSocket that is not opened is told of so before its request comes here as a plain one.
    if error is NIOWebSocketUpgradeError { return }
    context.close(promise: nil)
  }
}

/// Ends a connection that has not got through its handshake in time.
final class HandshakeDeadline: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer

  private let limit: TimeAmount
  private var timer: Scheduled<Void>?
  private let onLate: () -> Void

  init(_ limit: TimeAmount, onLate: @escaping () -> Void) {
    self.limit = limit
    self.onLate = onLate
  }

  func handlerAdded(context: ChannelHandlerContext) {
    let channel = NIOLoopBound((context.channel, self), eventLoop: context.eventLoop)
    timer = context.eventLoop.scheduleTask(in: limit) {
      channel.value.1.onLate()
      channel.value.0.close(promise: nil)
    }
  }

  func handlerRemoved(context: ChannelHandlerContext) { timer?.cancel() }

  func channelInactive(context: ChannelHandlerContext) {
    timer?.cancel()
    context.fireChannelInactive()
  }
}
