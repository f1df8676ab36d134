internal import Media
internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL
internal import NIOTLS
internal import NIOWebSocket
internal import Networking
internal import Packets
internal import RTMP
internal import Synchronization

/// The WebSocket of a publisher: packets become FLV in binary frames, the proxy's events come back; on its event loop.
final class ProxyHandler: ChannelDuplexHandler {
  typealias InboundIn = WebSocketFrame
  typealias OutboundIn = Request
  typealias OutboundOut = WebSocketFrame

  /// What the publisher wants.
  enum Request: Sendable {
    case packet(EncodedPacket)
    case close(CloseCode)
  }

  private enum Stage { case greeting, publishing, closing, over }

  private static let pingInterval = TimeAmount.seconds(15)
  private static let textLimit = 64 << 10

  private let endpoint: ProxyEndpoint
  private let deadlines: PublishDeadlines
  private let writer: FLVStreamWriter
  private let said: LatestProxyReport
  private var stage = Stage.greeting
  private var hasOpened = false
  private var meter = SendMeter()
  private var stall: StallWatch
  /// A proxy with a session says something each second; what it said is counted as acknowledgements are.
  private var silence: StallWatch
  private var framesHeard: UInt64 = 0
  private var outstandingWrites = 0
  private var timer: Scheduled<Void>?
  private var pings: RepeatedTask?
  private var lastNotice: ServerEvent.Notice?
  /// The answer to the newest ping, while the proxy takes nothing (RFC 6455 §5.5.3: it is enough).
  private var owedPong: ByteBuffer?
  /// Fulfilled when the stream may begin.
  let established: EventLoopPromise<Void>
  /// Fulfilled when the ingest behind the proxy has accepted the stream.
  let accepted: EventLoopPromise<Void>
  /// When the proxy wants the stream to go on over another connection; ends with this one.
  let moves = MoveRequests()
  /// Fulfilled with the reason when the connection has ended.
  let closed: EventLoopPromise<ProxyError>

  init(
    _ endpoint: ProxyEndpoint, stream: StreamDescription, deadlines: PublishDeadlines, said: LatestProxyReport,
    on loop: any EventLoop
  ) {
    self.endpoint = endpoint
    self.deadlines = deadlines
    self.said = said
    writer = FLVStreamWriter(stream)
    stall = StallWatch(limit: deadlines.sendStall)
    silence = StallWatch(limit: deadlines.sendStall)
    established = loop.makePromise()
    accepted = loop.makePromise()
    closed = loop.makePromise()
  }

  func handlerAdded(context: ChannelHandlerContext) {
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    switch endpoint.target {
    case .ingest:
      // A proxy of the original's design says nothing of its ingest.
      begin(context)
      accepted.succeed()
    case .channel:
      timer = context.eventLoop.scheduleTask(in: TimeAmount(deadlines.step)) { [deadlines] in
        let (handler, context) = bound.value
        handler.end(
          .connection(.stageTimeout(.publish, at: handler.endpoint.authority, deadlines.step)), context)
      }
    }
    pings = context.eventLoop.scheduleRepeatedTask(initialDelay: Self.pingInterval, delay: Self.pingInterval) { _ in
      let (handler, context) = bound.value
      if context.channel.isWritable { handler.write(ByteBuffer(), .ping, context, nil) }
    }
  }

  private func begin(_ context: ChannelHandlerContext) {
    guard stage == .greeting else { return }
    stage = .publishing
    timer?.cancel()
    established.succeed()
    watchForStall(context)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let frame = unwrapInboundIn(data)
    guard stage != .over else { return }
    framesHeard += 1
    switch frame.opcode {
    // What the proxy says fits one frame; pieces of longer texts of others' are nothing to go by.
    case .text where frame.fin && frame.length <= Self.textLimit: hear(String(buffer: frame.unmaskedData), context)
    case .ping:
      owedPong = frame.unmaskedData
      answer(context)
    case .connectionClose:
      var bytes = frame.unmaskedData
      closedByProxy(bytes.readInteger(as: UInt16.self), ForeignText.cleaned(bytes: bytes.readableBytesView), context)
    default: break
    }
  }

  /// Sends the owed pong when the proxy takes something; whoever asks without reading gets one answer when it does.
  private func answer(_ context: ChannelHandlerContext) {
    guard context.channel.isWritable, let bytes = owedPong else { return }
    owedPong = nil
    write(bytes, .pong, context, nil)
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if stage != .over { answer(context) }
    context.fireChannelWritabilityChanged()
  }

  private func hear(_ text: String, _ context: ChannelHandlerContext) {
    guard case .channel = endpoint.target, let event = ServerEvent(json: text) else { return }
    said.take(event)
    switch event {
    case .session: begin(context)
    case .state(let state): if state.state == .live { accepted.succeed() }
    case .statistics(let figures):
      meter.acknowledged(figures.bytesAcknowledged)
      if figures.bytesAcknowledged > 0 { accepted.succeed() }
    case .move(let notice): if stage == .publishing { moves.send(MoveRequest(.proxy, reason: notice.message)) }
    case .error(let notice): lastNotice = notice
    case .congestion, .warning: break
    }
  }

  /// What the proxy said before counts most, then the reason in its close frame.
  private func closedByProxy(_ code: UInt16?, _ reason: String, _ context: ChannelHandlerContext) {
    let at = endpoint.authority
    let word = code.map { "close code \($0)" } ?? "closed"
    let notice = lastNotice ?? .init(code: word, message: reason.isEmpty ? "without a reason" : reason)
    switch code.flatMap(CloseCode.init(rawValue:)) {
    case .restart, .busy: end(.comeAgain(notice.message, at: at), context)
    case .failed where lastNotice?.code == "ingest-failed": end(.comeAgain(notice.message, at: at), context)
    case .refused, .tooBig, .failed, .protocolError, .unsupportedData, .invalidData:
      end(.refused(notice, at: at), context)
    case .normal, .goingAway, nil:
      let isSilent = lastNotice == nil && reason.isEmpty
      let closed = ProxyError.connection(.closedByServer(.publishing, at: at))
      end(isSilent ? closed : .comeAgain("\(notice.message) (\(word))", at: at), context)
    }
  }

  // MARK: Ends

  /// Ends the connection; the first reason is the one that counts.
  private func end(_ error: ProxyError, _ context: ChannelHandlerContext) {
    guard finish(stage == .closing ? .closed : error) else { return }
    context.close(promise: nil)
  }

  private func finish(_ error: ProxyError) -> Bool {
    guard stage != .over else { return false }
    stage = .over
    timer?.cancel()
    pings?.cancel()
    established.fail(error)
    accepted.fail(error)
    closed.succeed(error)
    moves.finish()
    return true
  }

  func channelInactive(context: ChannelHandlerContext) {
    _ = finish(stage == .closing ? .closed : .connection(.closedByServer(.publishing, at: endpoint.authority)))
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) { _ = finish(.closed) }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if let error = error as? NIOSSLError, error == .uncleanShutdown { return }
    if let error = error as? NIOWebSocketError {
      return end(.notWebSocket("a frame breaks RFC 6455: \(error)", at: endpoint.authority), context)
    }
    end(
      .connection(ConnectionError(lost: error, at: endpoint.authority, stallLimit: deadlines.sendStall)), context)
  }

  // MARK: Sending

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .packet(let packet): write(packet, promise, context)
    case .close(let code):
      close(code, context)
      promise?.succeed()
    }
  }

  private func write(_ packet: EncodedPacket, _ promise: EventLoopPromise<Void>?, _ context: ChannelHandlerContext) {
    guard stage == .publishing else {
      promise?.fail(ProxyError.closed)
      return
    }
    var bytes = hasOpened ? ByteBuffer() : writer.opening(at: packet.decodeTime)
    hasOpened = true
    bytes.reserveCapacity(bytes.readableBytes + writer.count(packet))
    writer.write(packet, into: &bytes)
    let count = bytes.readableBytes
    outstandingWrites += 1
    meter.waits(bytes: count)
    let written = promise ?? context.eventLoop.makePromise()
    let handlerContext = context
    written.futureResult.assumeIsolated().whenComplete { [self] result in
      outstandingWrites -= 1
      guard case .success = result else {
        end(
          .connection(.connectionLost(reason: "a packet could not be sent", at: endpoint.authority)), handlerContext)
        return
      }
      meter.sent(1, bytes: count, last: packet)
    }
    write(bytes, .binary, context, written)
  }

  private func write(
    _ bytes: ByteBuffer, _ opcode: WebSocketOpcode, _ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?
  ) {
    context.writeAndFlush(
      wrapOutboundOut(WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: bytes)), promise: promise)
  }

  /// A proxy that stops reading because its ingest is slow is slow itself; one whose TCP takes nothing is dead, and one
  /// that says nothing any more too.
  private func watchForStall(_ context: ChannelHandlerContext) {
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    timer = context.eventLoop.scheduleTask(in: TimeAmount(stall.period)) {
      let (handler, context) = bound.value
      guard handler.stage == .publishing else { return }
      if case .channel = handler.endpoint.target {
        let now = MediaTime.now()
        handler.silence.look(acknowledged: handler.framesHeard, isWaiting: true, at: now)
        if handler.silence.isStalled(at: now) {
          let (limit, at) = (handler.deadlines.sendStall, handler.endpoint.authority)
          return handler.end(.connection(.stageTimeout(.publishing, at: at, limit)), context)
        }
      }
      guard handler.outstandingWrites > 0 else {
        handler.stall.isIdle()
        return handler.watchForStall(context)
      }
      TCPSocket.bytesAcknowledged(on: context.channel).whenSuccess { bytes in
        let (handler, context) = bound.value
        let now = MediaTime.now()
        handler.stall.look(acknowledged: bytes, isWaiting: true, at: now)
        if handler.stall.isStalled(at: now) {
          handler.end(.connection(.stalled(handler.deadlines.sendStall, at: handler.endpoint.authority)), context)
        }
        handler.watchForStall(context)
      }
    }
  }

  /// Says goodbye and waits a moment for the answer.
  private func close(_ code: CloseCode, _ context: ChannelHandlerContext) {
    guard stage == .publishing || stage == .greeting else { return }
    stage = .closing
    timer?.cancel()
    established.fail(ProxyError.closed)
    var data = ByteBuffer()
    data.writeInteger(code.rawValue)
    write(data, .connectionClose, context, nil)
    let channel = context.channel
    timer = context.eventLoop.scheduleTask(in: TimeAmount(deadlines.close / 2)) { channel.close(promise: nil) }
  }

  /// The counters with what the kernel says now.
  func snapshot(_ channel: any Channel) -> EventLoopFuture<TransportStatistics> { meter.snapshot(channel) }
}

/// What the proxy said, for those on other threads.
final class LatestProxyReport: Sendable {
  private let state = Mutex<(report: ProxyReport, session: SessionID?)>((ProxyReport(), nil))

  func take(_ event: ServerEvent) {
    state.withLock { state in
      state.report.take(event, at: .now())
      if case .session(let session) = event { state.session = SessionID(session.session) }
    }
  }

  var report: ProxyReport { state.withLock { $0.report } }
  var session: SessionID? { state.withLock { $0.session } }
}
