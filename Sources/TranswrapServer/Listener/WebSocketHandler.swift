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
    /// Its first frame is being looked at, until the deadline; what comes meanwhile is kept.
    case greeting([ByteBuffer], Scheduled<Void>)
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
  private var budget: TrafficBudget
  private var hasSaidClose = false
  private var pings: RepeatedTask?

  init(_ link: ClientLink, _ entry: Entry, limits: ProxySettings.Limits, metrics: Metrics) {
    self.link = link
    self.entry = entry
    self.limits = limits
    self.metrics = metrics
    budget = TrafficBudget(limits, at: .now())
    reader = WebSocketFrameReader(messageLimit: limits.messageBytes, textLimit: ClientHello.byteLimit)
  }

  func handlerAdded(context: ChannelHandlerContext) {
    metrics.connections.add()
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    pings = context.eventLoop.scheduleRepeatedTask(initialDelay: Self.pingInterval, delay: Self.pingInterval) { _ in
      let (handler, context) = bound.value
      if case .closing = handler.state { return }
      context.writeAndFlush(NIOAny(WebSocketFrame(fin: true, opcode: .ping, data: ByteBuffer())), promise: nil)
    }
    switch entry {
    case .known(let admit):
      link.greet()
      guard let session = admit(link, context.eventLoop) else { return }
      state = .attached(session)
    case .unknown(let greet):
      let timer = context.eventLoop.scheduleTask(in: TimeAmount(limits.handshake)) { bound.value.0.isLate() }
      state = .awaitingHello(greet, timer)
    }
  }

  /// The client was not let in within the time for that, for its own reasons or because nobody said who it is.
  private func isLate() {
    switch state {
    case .awaitingHello:
      end(.refused, .init(code: "handshake-timeout", message: "the first frame with the token did not come"))
    case .greeting:
      end(.busy, .init(code: "access-timeout", message: "the token could not be checked in time: try later"))
    case .attached, .closing: break
    }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    metrics.connections.add(-1)
    pings?.cancel()
    leave(finished: false)
  }

  private func leave(finished: Bool, isGoingAway: Bool = false) {
    switch state {
    case .attached(let session):
      state = .closing
      session.run { [link] in $0.detach(link, finished: finished, isGoingAway: isGoingAway) }
    case .awaitingHello(_, let timer), .greeting(_, let timer):
      timer.cancel()
      state = .closing
    case .closing: break
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    leave(finished: false)
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isDeaf else { return }
    let bytes = unwrapInboundIn(data)
    let (count, before) = (bytes.readableBytes, reader.frames)
    reader.append(bytes)
    do throws(WebSocketFrameReader.Violation) {
      while !isDeaf, let output = try reader.next() { take(output, context) }
    } catch { return violated(error) }
    guard !isDeaf, let notice = budget.spend(bytes: count, frames: reader.frames - before, at: .now()) else { return }
    isDeaf = true
    end(.refused, notice)
  }

  private func take(_ output: WebSocketFrameReader.Output, _ context: ChannelHandlerContext) {
    switch output {
    case .binary(let bytes, _): take(bytes)
    case .text(let text): hear(text, context)
    case .ping(let bytes):
      // Whoever asks without reading the answers gets none (RFC 6455 §5.5.3: the newest is enough).
      guard context.channel.isWritable, !isClosing else { return }
      context.writeAndFlush(wrapOutboundOut(WebSocketFrame(fin: true, opcode: .pong, data: bytes)), promise: nil)
    case .pong: break
    case .close(let code): closed(code, context)
    }
  }

  private var isClosing: Bool { if case .closing = state { true } else { false } }

  private func take(_ bytes: ByteBuffer) {
    switch state {
    case .attached(let session):
      hasBytes = true
      session.run { [link] in $0.receive(bytes, from: link) }
    case .greeting(var kept, let timer):
      guard kept.reduce(bytes.readableBytes, { $0 + $1.readableBytes }) <= limits.messageBytes else { return tooBig() }
      // Taken out first, so that what is kept is not copied.
      state = .closing
      kept.append(bytes)
      state = .greeting(kept, timer)
    case .awaitingHello:
      end(.refused, .init(code: "missing-token", message: "the first frame has to be text: {\"token\": …}"))
    case .closing: break
    }
  }

  /// A text message: the hello, something for later versions, or media of somebody who does not know better.
  private func hear(_ text: ByteBuffer?, _ context: ChannelHandlerContext) {
    guard case .awaitingHello(let greet, let timer) = state else { return judge(text) }
    guard let hello = text.flatMap({ ClientHello(json: String(buffer: $0)) }) else {
      return end(.refused, .init(code: "missing-token", message: "the first frame is no {\"token\": …}"))
    }
    timer.cancel()
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    state = .greeting([], context.eventLoop.scheduleTask(in: TimeAmount(limits.handshake)) { bound.value.isLate() })
    // Who is not yet known fills no memory meanwhile.
    link.pause()
    greet(hello, link, context.eventLoop).whenSuccess { session in bound.value.greeted(session) }
  }

  /// Ends a client that sends its stream as text, which would else wait for pictures that never come.
  private func judge(_ text: ByteBuffer?) {
    let isObject = text?.readableBytesView.first { !" \t\r\n".utf8.contains($0) } == UInt8(ascii: "{")
    // The original's clients may say a word to a server that never listened to any.
    let isWord = link.isOriginal && (text?.readableBytes ?? .max) <= 125
    if isObject || isWord { return }
    end(
      .unsupportedData,
      .init(
        code: "text-frame",
        message: "media as text (base64) is not taken: send FLV, WebM or MP4 in binary frames, a Blob as it is"))
  }

  private func greeted(_ session: SessionHandle?) {
    guard case .greeting(let kept, let timer) = state else {
      // The client left while it was looked at.
      session?.run { [link] in $0.detach(link, finished: false) }
      return
    }
    timer.cancel()
    link.resume()
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

  private func closed(_ code: UInt16?, _ context: ChannelHandlerContext) {
    // Nothing of a client's counts after its goodbye (RFC 6455 §5.5.1).
    isDeaf = true
    // A page that is left ends its stream as much as one that says so.
    let isEnd = code == nil || code == CloseCode.normal.rawValue || code == CloseCode.goingAway.rawValue
    let wasClosing = isClosing
    leave(finished: isEnd, isGoingAway: code == CloseCode.goingAway.rawValue)
    let channel = context.channel
    if wasClosing { return channel.close(promise: nil) }
    hasSaidClose = true
    var answer = ByteBuffer()
    answer.writeInteger(code ?? CloseCode.normal.rawValue)
    context.writeAndFlush(wrapOutboundOut(WebSocketFrame(fin: true, opcode: .connectionClose, data: answer)))
      .whenComplete { _ in channel.close(promise: nil) }
    // A client that takes nothing is not waited for.
    context.eventLoop.scheduleTask(in: Self.closeLimit) { channel.close(promise: nil) }
  }

  func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
    guard let close = event as? ClientLink.Close else {
      context.triggerUserOutboundEvent(event, promise: promise)
      return
    }
    // The session asked for it: it knows, unless it is to go on elsewhere.
    if close.code == .restart { leave(finished: false) }
    guard !hasSaidClose else { return }
    hasSaidClose = true
    state = .closing
    let channel = context.channel
    context.writeAndFlush(
      wrapOutboundOut(WebSocketFrame(fin: true, opcode: .connectionClose, data: close.payload)), promise: promise)
    // Its answer has to be read.
    channel.setOption(.autoRead, value: true).whenFailure { _ in }
    context.eventLoop.scheduleTask(in: Self.closeLimit) { channel.close(promise: nil) }
  }

  private func violated(_ violation: WebSocketFrameReader.Violation) {
    isDeaf = true
    if violation == .tooBig { return tooBig() }
    metrics.refused("protocol")
    let wasClosing = isClosing
    // As a lost connection: the stream may go on over a better one.
    leave(finished: false)
    if wasClosing { return }
    let words = violation == .notUTF8 ? "a text is not UTF-8" : "a frame is not as RFC 6455 has it"
    link.tell(.error(.init(code: "protocol", message: words)))
    link.close(violation.closeCode)
  }

  private func tooBig() {
    end(
      WebSocketFrameReader.Violation.tooBig.closeCode,
      .init(code: "message-too-big", message: "a message has more than \(limits.messageBytes) bytes"))
  }

  /// Ends the client's stream, be it one already, and says why.
  private func end(_ code: CloseCode, _ notice: ServerEvent.Notice) {
    metrics.refused(notice.code)
    switch state {
    case .attached(let session): session.run { $0.end(code, notice) }
    case .awaitingHello(_, let timer), .greeting(_, let timer):
      timer.cancel()
      state = .closing
      link.tell(.error(notice))
      link.close(code)
    case .closing: break
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    leave(finished: false)
    context.close(promise: nil)
  }
}
