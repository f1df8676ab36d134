internal import Logging
internal import Media
internal import NIOCore
internal import Networking
internal import Packets

/// Carries an ``IngestStateMachine`` on a channel and feeds the publication; lives on its event loop.
final class IngestHandler: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = Never
  typealias OutboundIn = Never
  typealias OutboundOut = ByteBuffer

  /// An outbound event: end the connection from this side.
  struct Disconnect: Sendable {}

  private static let longestDrain = 256 << 10

  private let registry: IngestRegistry
  private let logger: Logger
  private var machine: IngestStateMachine
  private var timer: Scheduled<Void>?
  private var lastRead = NIODeadline.now()
  private var name: (app: String, key: StreamKey)?
  private var source: PublicationPackets.Base.Source?
  private var ended: EventLoopPromise<PublicationEnd>?
  private var isPaused = false
  /// What may still come of a connection that is about to be closed.
  private var drain: Int?
  private var wantsRead = false
  private var context: ChannelHandlerContext?

  init(registry: IngestRegistry, nonce: ByteBuffer, logger: Logger) {
    self.registry = registry
    self.logger = logger
    machine = IngestStateMachine(nonce: nonce)
  }

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func handlerRemoved(context: ChannelHandlerContext) {
    finish(.connectionLost)
    self.context = nil
  }

  func channelActive(context: ChannelHandlerContext) {
    watchForSilence(registry.limits.dialogue, context)
    context.fireChannelActive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    lastRead = .now()
    let bytes = unwrapInboundIn(data)
    if let left = drain {
      // Read all the same for a moment: a connection that is closed with bytes in it takes the last answer with it.
      drain = left - bytes.readableBytes
      if left < bytes.readableBytes { context.close(promise: nil) }
      return
    }
    perform(machine.receive(bytes, at: .now()), context)
  }

  /// Answers are short; who lets them pile up reads none of them.
  func channelInactive(context: ChannelHandlerContext) {
    perform(machine.connectionEnded(), context)
    finish(.connectionLost)
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    logger.debug("ingest connection failed", metadata: ["error": "\(error)"])
    context.close(promise: nil)
  }

  func triggerUserOutboundEvent(
    context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?
  ) {
    guard event is Disconnect else {
      context.triggerUserOutboundEvent(event, promise: promise)
      return
    }
    finish(.disconnected)
    context.close(promise: promise)
  }

  /// Reading stops while the publication's reader is behind, so that the publisher is slowed down by TCP, and while the
  /// publisher takes none of the answers that it asks for, so that they do not pile up.
  func read(context: ChannelHandlerContext) {
    if isPaused || !context.channel.isWritable { wantsRead = true } else { context.read() }
  }

  func readerWantsMore() {
    isPaused = false
    guard let context else { return }
    lastRead = .now()
    readOn(context)
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    readOn(context)
    context.fireChannelWritabilityChanged()
  }

  private func readOn(_ context: ChannelHandlerContext) {
    guard wantsRead, !isPaused, context.channel.isWritable else { return }
    wantsRead = false
    context.read()
  }

  func readerIsGone() {
    guard source != nil, let context else { return }
    finish(.disconnected)
    context.close(promise: nil)
  }

  private func perform(_ effects: [IngestStateMachine.Effect], _ context: ChannelHandlerContext) {
    for effect in effects {
      switch effect {
      case .send(let bytes):
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
      case .decide(let app, let name):
        decide(app, name, context)
      case .begin(let description, let metadata):
        begin(description, metadata, context)
      case .packet(let packet):
        if case .stopProducing? = source?.yield(packet) { isPaused = true }
      case .ended:
        finish(.unpublished)
      case .violation(let what):
        registry.noteRefusal("ingest refused", ["reason": "\(what)"])
        finish(.failed(what))
        closeAfterWrites(context)
      }
    }
  }

  /// What was written has to arrive before the connection goes, hence only this side's half is closed at first.
  private func closeAfterWrites(_ context: ChannelHandlerContext) {
    let handlerContext = context
    drain = drain ?? Self.longestDrain
    context.close(mode: .output, promise: nil)
    timer?.cancel()
    timer = context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(500)) {
      handlerContext.close(promise: nil)
    }
  }

  private func watchForSilence(_ limit: Duration, _ context: ChannelHandlerContext) {
    timer?.cancel()
    let handlerContext = context
    let due = isPaused ? NIODeadline.now() + TimeAmount(limit) : lastRead + TimeAmount(limit)
    timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: due) { [self] in
      guard !isPaused, NIODeadline.now() - lastRead >= TimeAmount(limit) || name == nil else {
        watchForSilence(registry.limits.silence, handlerContext)
        return
      }
      let takesNothing = !handlerContext.channel.isWritable
      finish(.failed(takesNothing ? "no answer was taken for \(limit)" : "nothing came for \(limit)"))
      handlerContext.close(promise: nil)
    }
  }

  private func finish(_ reason: PublicationEnd) {
    if name == nil || reason != .unpublished { timer?.cancel() }
    source?.finish()
    source = nil
    ended?.succeed(reason)
    ended = nil
    if let name {
      registry.release(name.app, name.key)
      self.name = nil
    }
  }
}

// MARK: - Publications

extension IngestHandler {
  private func decide(_ app: String, _ text: String, _ context: ChannelHandlerContext) {
    let answer: IngestAuthorization
    if let key = try? StreamKey(text) {
      answer = registry.claim(app, key)
      if answer == .accept { name = (app, key) }
    } else {
      answer = .refuse(code: "NetStream.Publish.BadName", description: "This is no stream name.")
    }
    switch answer {
    case .accept:
      registry.recognize(context.channel)
      ended = context.eventLoop.makePromise()
      watchForSilence(registry.limits.silence, context)
      perform(machine.accept(), context)
      perform(machine.resume(at: .now()), context)
    case .refuse(let code, let description):
      registry.noteRefusal("publish refused", ["app": "\(app)", "code": "\(code)"])
      perform(machine.refuse(code: code, description: description), context)
      closeAfterWrites(context)
    }
  }

  private func begin(_ description: StreamDescription, _ metadata: AMF0Object?, _ context: ChannelHandlerContext) {
    guard let name, let ended else { return }
    let flow = PublicationFlow(
      handler: NIOLoopBound(self, eventLoop: context.eventLoop), eventLoop: context.eventLoop)
    let producer = NIOAsyncSequenceProducer.makeSequence(
      elementType: EncodedPacket.self,
      backPressureStrategy: NIOAsyncSequenceProducerBackPressureStrategies.HighLowWatermark(
        lowWatermark: 64, highWatermark: 256),
      finishOnDeinit: true, delegate: flow)
    source = producer.source
    registry.publish(
      Publication(
        app: name.app, key: name.key, metadata: metadata, description: description,
        packets: PublicationPackets(base: producer.sequence), ended: ended.futureResult, channel: context.channel))
  }
}
