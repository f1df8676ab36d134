internal import CLinux
internal import Logging
internal import Media
internal import NIOCore
internal import NIOSSL
internal import NIOTLS
internal import Networking
internal import Packets

/// Carries a ``RTMPClientStateMachine`` on a channel: bytes in and out, deadlines, counters; lives on its event loop.
final class RTMPHandler: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = Never
  typealias OutboundIn = Request
  typealias OutboundOut = ByteBuffer

  /// What the publisher wants.
  enum Request: Sendable {
    case packet(EncodedPacket)
    /// Several at once, in one piece for the kernel; never empty.
    case packets([EncodedPacket])
    /// The packets from here on are of these tracks.
    case describe(StreamDescription)
    case close
  }

  private let endpoint: IngestEndpoint
  private let deadlines: PublishDeadlines
  private let logger: Logger
  private var machine: RTMPClientStateMachine
  private var stage: PublishStage
  private var timer: Scheduled<Void>?
  private var outstandingWrites = 0
  private var stall: StallWatch
  private var silence: SilenceWatch
  private var acknowledged: UInt64?
  private var meter = SendMeter()
  private var failure: RTMPError?
  /// Fulfilled when the stream may begin.
  let established: EventLoopPromise<Void>
  /// Fulfilled with the reason when the connection has ended.
  let closed: EventLoopPromise<RTMPError>
  /// What the server asks for; ends with the connection.
  let moves = MoveRequests()
  /// Called on the event loop when the kernel has room again, or none any more.
  var onWritability: ((Bool) -> Void)?

  init(
    endpoint: IngestEndpoint, deadlines: PublishDeadlines, machine: RTMPClientStateMachine, eventLoop: any EventLoop,
    logger: Logger
  ) {
    self.endpoint = endpoint
    self.deadlines = deadlines
    self.logger = logger
    self.machine = machine
    stall = StallWatch(limit: deadlines.sendStall)
    silence = SilenceWatch(limit: deadlines.sendStall, period: stall.period)
    stage = endpoint.scheme == .rtmps ? .tls : .handshake
    established = eventLoop.makePromise()
    closed = eventLoop.makePromise()
  }

  func channelActive(context: ChannelHandlerContext) {
    if stage == .tls {
      startTimer(context)
    } else {
      beginHandshake(context)
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .handshakeCompleted? = event as? TLSUserEvent, stage == .tls { beginHandshake(context) }
    context.fireUserInboundEventTriggered(event)
  }

  /// Only from here on bytes of ours leave: the server's certificate is verified by now.
  private func beginHandshake(_ context: ChannelHandlerContext) {
    stage = .handshake
    startTimer(context)
    perform(.send(machine.start()), context)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard failure == nil else { return }
    // A server that asks without reading the answers gets the newest of them when it does.
    let canSend = context.channel.isWritable
    for effect in machine.receive(unwrapInboundIn(data), canSend: canSend) { perform(effect, context) }
  }

  private func perform(_ effect: RTMPClientStateMachine.Effect, _ context: ChannelHandlerContext) {
    switch effect {
    case .send(let bytes):
      meter.sent(bytes: bytes.readableBytes)
      context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    case .entered(let next):
      stage = next
      if next != .publishing {
        startTimer(context)
      } else {
        timer?.cancel()
        established.succeed()
        watchForStall(context)
      }
    case .acknowledged(let bytes):
      acknowledged = bytes
      meter.acknowledged(bytes)
    case .distrusted:
      acknowledged = nil
      meter.distrustAcknowledgements()
      logger.tell(effect, of: endpoint.authority)
    case .told, .moveRefused: logger.tell(effect, of: endpoint.authority)
    case .moveRequested(let target, let description):
      moves.send(MoveRequest(.server, to: target.description, reason: description))
    case .unpublished:
      context.close(promise: nil)
    case .refused(let code, let description):
      fail(.publishRefused(code: code, description: description, at: endpoint.authority), context)
    case .redirected(let target):
      fail(.redirected(to: target, at: endpoint.authority), context)
    case .notRTMP:
      fail(.notRTMP(at: endpoint.authority), context)
    case .answersInTLS:
      fail(.connection(.answersInTLS(at: endpoint.authority)), context)
    case .violation(let what):
      fail(.protocolViolation(what, at: endpoint.authority), context)
    }
  }

  /// A peer that falls silent is noticed at the same time in each step.
  private func startTimer(_ context: ChannelHandlerContext) {
    timer?.cancel()
    let (handlerContext, limit) = (context, deadlines.step)
    timer = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(limit)) { [self] in
      let at = endpoint.authority
      let failure: ConnectionError =
        stage == .tls ? .tls(.timeout(limit), at: at) : .stageTimeout(stage, at: at, limit)
      fail(.connection(failure), handlerContext)
    }
  }

  /// Ends the connection; the first reason is the one that counts.
  private func fail(_ error: RTMPError, _ context: ChannelHandlerContext) {
    guard finish(stage == .closing ? .closed : error) else { return }
    context.close(promise: nil)
  }

  private func finish(_ error: RTMPError) -> Bool {
    guard failure == nil else { return false }
    failure = error
    timer?.cancel()
    established.fail(error)
    closed.succeed(error)
    moves.finish()
    return true
  }

  func channelInactive(context: ChannelHandlerContext) {
    _ = finish(stage == .closing ? .closed : .connection(.closedByServer(stage, at: endpoint.authority)))
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    // A connection attempt that another one overtook ends here without ever having been active.
    _ = finish(.closed)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    let at = endpoint.authority
    if stage == .tls {
      let certificate = try? context.pipeline.syncOperations.handler(type: NIOSSLClientHandler.self).peerCertificate
      if let failure = TLSFailure(error, certificate: certificate) {
        fail(.connection(.tls(failure, at: at)), context)
        return
      }
      if error is IOError {
        fail(.connection(.tls(.closedDuringHandshake, at: at)), context)
        return
      }
    }
    // A connection that ends without TLS's goodbye is an end like any other; channelInactive follows.
    if let error = error as? NIOSSLError, error == .uncleanShutdown { return }
    if stage == .closing {
      fail(.closed, context)
    } else if let error = error as? IOError, stage != .publishing, error.isEnd {
      fail(.connection(.closedByServer(stage, at: at)), context)
    } else {
      fail(.connection(ConnectionError(lost: error, at: at, stallLimit: deadlines.sendStall)), context)
    }
  }
}

extension IOError {
  /// Whether the peer ended the connection: ECONNRESET, EPIPE.
  fileprivate var isEnd: Bool { errnoCode == 104 || errnoCode == 32 }
}

// MARK: - Sending

extension RTMPHandler {
  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .packet(let packet): write(CollectionOfOne(packet), promise, context)
    case .packets(let packets): write(packets, promise, context)
    case .describe(let stream):
      machine.describe(stream)
      promise?.succeed()
    case .close:
      close(context)
      promise?.succeed()
    }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable, failure == nil, let answers = machine.settle() { perform(.send(answers), context) }
    onWritability?(context.channel.isWritable)
    context.fireChannelWritabilityChanged()
  }

  private func write(
    _ packets: some BidirectionalCollection<EncodedPacket>, _ promise: EventLoopPromise<Void>?,
    _ context: ChannelHandlerContext
  ) {
    guard stage == .publishing, failure == nil else {
      promise?.fail(failure ?? .closed)
      return
    }
    guard let last = packets.last else {
      promise?.succeed()
      return
    }
    var bytes = ByteBuffer()
    // Headers of messages and chunks need less than a hundredth of this.
    bytes.reserveCapacity(packets.reduce(0) { $0 + $1.payload.readableBytes + 64 } * 101 / 100)
    for packet in packets { machine.write(packet, into: &bytes) }
    let (bytesCount, packetsCount) = (bytes.readableBytes, packets.count)
    outstandingWrites += 1
    meter.waits(bytes: bytesCount)
    let written = promise ?? context.eventLoop.makePromise()
    let handlerContext = context
    written.futureResult.assumeIsolated().whenComplete { [self] result in
      outstandingWrites -= 1
      guard case .success = result else {
        fail(
          .connection(.connectionLost(reason: "a packet could not be sent", at: endpoint.authority)), handlerContext)
        return
      }
      meter.sent(packetsCount, bytes: bytesCount, last: last)
    }
    context.write(wrapOutboundOut(bytes), promise: written)
  }

  /// Looks eight times per deadline whether what waits makes progress: a slow link is not a dead one.
  private func watchForStall(_ context: ChannelHandlerContext) {
    let handlerContext = context
    timer = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(stall.period)) { [self] in
      guard failure == nil, stage == .publishing else { return }
      TCPSocket.bytesAcknowledged(on: handlerContext.channel).assumeIsolated().whenSuccess { [self] bytes in
        let now = MediaTime.now()
        stall.look(acknowledged: bytes, isWaiting: outstandingWrites > 0, at: now)
        silence.look(acknowledged: acknowledged, delivered: bytes, at: now)
        if stall.isStalled(at: now) || silence.isSilent(delivered: bytes, at: now) {
          fail(.connection(.stalled(deadlines.sendStall, at: endpoint.authority)), handlerContext)
        }
        watchForStall(handlerContext)
      }
    }
  }

  /// Says goodbye and closes.
  ///
  /// The server's confirmation is awaited for a moment only: closing a socket that has unread bytes would reset the
  /// connection and might swallow the farewell.
  private func close(_ context: ChannelHandlerContext) {
    guard stage != .closing else { return }
    timer?.cancel()
    guard failure == nil, let farewell = machine.close() else {
      stage = .closing
      _ = finish(.closed)
      context.close(promise: nil)
      return
    }
    stage = .closing
    established.fail(RTMPError.closed)
    let handlerContext = context
    let loop = context.eventLoop.assumeIsolated()
    timer = loop.scheduleTask(in: TimeAmount(deadlines.close / 2)) { handlerContext.close(promise: nil) }
    let written = context.eventLoop.makePromise(of: Void.self)
    written.futureResult.assumeIsolated().whenSuccess { [self] in
      timer?.cancel()
      timer = loop.scheduleTask(in: TimeAmount(min(deadlines.close / 4, .milliseconds(250)))) {
        handlerContext.close(promise: nil)
      }
    }
    context.writeAndFlush(wrapOutboundOut(farewell), promise: written)
  }

  /// The counters with what the kernel says now.
  func snapshot(_ channel: any Channel) -> EventLoopFuture<TransportStatistics> { meter.snapshot(channel) }
}
