internal import Logging
internal import Media
internal import NIOCore
internal import NIOWebSocket
internal import Transwrap

/// One client's WebSocket: lets it in where its first frame has to say who it is, carries its bytes to its session.
final class WebSocketHandler: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = WebSocketFrame
  typealias OutboundOut = WebSocketFrame

  /// How a client that is known gets its session.
  typealias Admit = @Sendable (ClientLink, any EventLoop) -> SessionHandle?
  /// How a client's first frame lets it in; `nil` where it was refused, and told so.
  typealias Greet = @Sendable (ClientHello, ClientLink, any EventLoop) -> EventLoopFuture<SessionHandle?>

  enum Entry {
    case known(Admit)
    case unknown(Greet)
  }

  private enum State {
    /// Its first frame has to come by the deadline.
    case awaitingHello(Greet, Scheduled<Void>)
    /// Its first frame is being looked at; what comes meanwhile is kept.
    case greeting([ByteBuffer])
    case attached(SessionHandle)
    case closing
  }

  /// How long a client may take to answer a close frame.
  private static let closeLimit = TimeAmount.seconds(2)
  private static let pingInterval = TimeAmount.seconds(15)

  private let link: ClientLink
  private let entry: Entry
  private let limits: ProxySettings.Limits
  private let metrics: Metrics
  private var state = State.closing
  private var reader: WebSocketFrameReader
  /// Bytes after a violation are not for anybody.
  private var isDeaf = false
  private var hasBytes = false
  private var pings: RepeatedTask?

  init(_ link: ClientLink, _ entry: Entry, limits: ProxySettings.Limits, metrics: Metrics) {
    self.link = link
    self.entry = entry
    self.limits = limits
    self.metrics = metrics
    reader = WebSocketFrameReader(messageLimit: limits.messageBytes, textLimit: ClientHello.byteLimit)
  }

  func handlerAdded(context: ChannelHandlerContext) {
    metrics.connections.add()
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    pings = context.eventLoop.scheduleRepeatedTask(initialDelay: Self.pingInterval, delay: Self.pingInterval) { _ in
      bound.value.1.writeAndFlush(
        NIOAny(WebSocketFrame(fin: true, opcode: .ping, data: ByteBuffer())), promise: nil)
    }
    switch entry {
    case .known(let admit):
      link.greet()
      guard let session = admit(link, context.eventLoop) else { return }
      state = .attached(session)
    case .unknown(let greet):
      let timer = context.eventLoop.scheduleTask(in: TimeAmount(limits.handshake)) { [link, metrics] in
        metrics.refused("handshake-timeout")
        link.tell(.error(.init(code: "handshake-timeout", message: "the first frame with the token did not come")))
        link.close(.refused)
      }
      state = .awaitingHello(greet, timer)
    }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    metrics.connections.add(-1)
    pings?.cancel()
    leave(finished: false)
  }

  private func leave(finished: Bool) {
    switch state {
    case .attached(let session):
      state = .closing
      session.run { [link] in $0.detach(link, finished: finished) }
    case .awaitingHello(_, let timer):
      timer.cancel()
      state = .closing
    case .greeting: state = .closing
    case .closing: break
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    leave(finished: false)
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isDeaf else { return }
    reader.append(unwrapInboundIn(data))
    do throws(WebSocketFrameReader.Violation) {
      while !isDeaf, let output = try reader.next() { take(output, context) }
    } catch {
      isDeaf = true
      switch error {
      case .notWebSocket: violate(context)
      case .tooBig: tooBig()
      }
    }
  }

  private func take(_ output: WebSocketFrameReader.Output, _ context: ChannelHandlerContext) {
    switch output {
    case .binary(let bytes): take(bytes)
    case .text(let text): hear(text, context)
    case .ping(let bytes):
      // Whoever asks without reading the answers gets none (RFC 6455 §5.5.3: the newest is enough).
      guard context.channel.isWritable else { return }
      context.writeAndFlush(wrapOutboundOut(WebSocketFrame(fin: true, opcode: .pong, data: bytes)), promise: nil)
    case .pong: break
    case .close(let bytes): closed(bytes, context)
    }
  }

  private func take(_ bytes: ByteBuffer) {
    switch state {
    case .attached(let session):
      hasBytes = true
      session.run { [link] in $0.receive(bytes, from: link) }
    case .greeting(var kept):
      state = .closing
      guard kept.reduce(bytes.readableBytes, { $0 + $1.readableBytes }) <= limits.messageBytes else { return tooBig() }
      kept.append(bytes)
      state = .greeting(kept)
    case .awaitingHello(_, let timer):
      timer.cancel()
      state = .closing
      metrics.refused("missing-token")
      link.tell(.error(.init(code: "missing-token", message: "the first frame has to be text: {\"token\": …}")))
      link.close(.refused)
    case .closing: break
    }
  }

  /// A text message: the hello, or something for later versions.
  private func hear(_ text: ByteBuffer?, _ context: ChannelHandlerContext) {
    guard case .awaitingHello(let greet, let timer) = state else { return }
    timer.cancel()
    guard let hello = text.flatMap({ ClientHello(json: String(buffer: $0)) }) else {
      state = .closing
      metrics.refused("missing-token")
      link.tell(.error(.init(code: "missing-token", message: "the first frame is no {\"token\": …}")))
      return link.close(.refused)
    }
    state = .greeting([])
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    greet(hello, link, context.eventLoop).whenSuccess { session in bound.value.greeted(session) }
  }

  private func greeted(_ session: SessionHandle?) {
    guard case .greeting(let kept) = state else {
      // The client left while it was looked at.
      session?.run { [link] in $0.detach(link, finished: false) }
      return
    }
    guard let session else {
      state = .closing
      return
    }
    state = .attached(session)
    session.run { [link] session in
      for bytes in kept { session.receive(bytes, from: link) }
      session.receiveComplete(from: link)
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    if hasBytes, case .attached(let session) = state {
      hasBytes = false
      session.run { [link] in $0.receiveComplete(from: link) }
    }
    context.fireChannelReadComplete()
  }

  // MARK: Closing

  private func closed(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
    // Nothing of a client's counts after its goodbye (RFC 6455 §5.5.1).
    isDeaf = true
    var data = bytes
    let code = data.readInteger(as: UInt16.self)
    // A page that is left ends its stream as much as one that says so.
    let isEnd = code == nil || code == CloseCode.normal.rawValue || code == CloseCode.goingAway.rawValue
    let wasClosing = if case .closing = state { true } else { false }
    leave(finished: isEnd)
    let channel = context.channel
    if wasClosing { return channel.close(promise: nil) }
    var answer = ByteBuffer()
    answer.writeInteger(code ?? CloseCode.normal.rawValue)
    context.writeAndFlush(wrapOutboundOut(WebSocketFrame(fin: true, opcode: .connectionClose, data: answer)))
      .whenComplete { _ in channel.close(promise: nil) }
  }

  func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
    guard let close = event as? ClientLink.Close else {
      context.triggerUserOutboundEvent(event, promise: promise)
      return
    }
    // The session asked for it: it knows, unless it is to go on elsewhere.
    if close.code == .restart { leave(finished: false) }
    state = .closing
    var data = ByteBuffer()
    data.writeInteger(close.code.rawValue)
    data.writeString(close.reason.fitting(bytes: 123))
    let channel = context.channel
    context.writeAndFlush(
      wrapOutboundOut(WebSocketFrame(fin: true, opcode: .connectionClose, data: data)), promise: promise)
    // Its answer has to be read.
    channel.setOption(.autoRead, value: true).whenFailure { _ in }
    context.eventLoop.scheduleTask(in: Self.closeLimit) { channel.close(promise: nil) }
  }

  private func violate(_ context: ChannelHandlerContext) {
    metrics.refused("protocol")
    leave(finished: false)
    context.close(promise: nil)
  }

  private func tooBig() {
    metrics.refused("message-too-big")
    let notice = ServerEvent.Notice(
      code: "message-too-big", message: "a message has more than \(limits.messageBytes) bytes")
    if case .attached(let session) = state { return session.run { $0.end(.tooBig, notice) } }
    link.tell(.error(notice))
    link.close(.tooBig)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    leave(finished: false)
    context.close(promise: nil)
  }
}
