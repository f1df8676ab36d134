internal import Codec
internal import Media
internal import NIOCore
internal import Networking
internal import Packets
internal import RTMP
internal import Transwrap

/// One client's stream on its way to one ingest; lives on one event loop, whatever loops its clients come over.
final class PublishSession {
  let id: SessionID
  let loop: any EventLoop
  let grant: Grant
  let shared: Shared
  let log: SessionLog
  var machine: SessionStateMachine
  var client: ClientLink?
  /// The client's second connection, which is read once the first has ended.
  private var next: ClientLink?
  private var nextLimit: Scheduled<Void>?
  var input = Input.none
  var outgoing: OutgoingStream
  var publisher: RTMPPublisher?
  /// Why the client is not read.
  var holds: Set<Hold> = []
  /// Whether its connection was told to read no more.
  var isUnread = false
  /// Since when the ingest takes nothing.
  var heldSince: MediaTime?
  /// How long it took nothing since the last packet.
  var heldTime = Duration.zero
  /// The client is gone in peace, and the rest of what it sent is on its way; this is to be reported then.
  private(set) var farewell: SessionStateMachine.Event?
  var meter: SessionMeter
  private var ticker: RepeatedTask?
  private var retry: Scheduled<Void>?
  private var grace: Scheduled<Void>?

  /// How long a first connection may take to end after a second one has come.
  private static let nextWait = TimeAmount.seconds(5)
  /// How long the thread of a stream that is over may still work on it.
  private static let finishLimit = TimeAmount.seconds(5)

  init(
    id: SessionID, grant: Grant, takeover: Takeover, client: ClientLink, shared: Shared, loop: any EventLoop
  ) {
    self.id = id
    self.grant = grant
    self.shared = shared
    self.loop = loop
    self.client = client
    machine = SessionStateMachine(
      takeover: grant.takesOver ? takeover : nil, timeout: shared.limits.reconnect,
      resumes: grant.channel != nil)
    outgoing = OutgoingStream(silence: shared.silence)
    meter = SessionMeter(at: .now())
    log = SessionLog(shared.logger, id, grant)
  }

  /// Begins; on the loop.
  func start() {
    shared.metrics.sessions.add()
    log.note("session began")
    begin()
    let box = NIOLoopBound(self, eventLoop: loop)
    ticker = loop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in box.value.tick() }
  }

  private func begin() {
    input = .unknown(ByteBuffer())
    if let client { greet(client) }
  }

  private func greet(_ link: ClientLink) {
    if let channel = grant.channel { link.tell(.session(.init(session: id.text, channel: channel))) }
  }

  // MARK: The client's end

  /// The same client over another connection; on the loop.
  func attach(_ link: ClientLink) {
    guard machine.ingest != .ended else { return link.close(.failed) }
    guard link.isBeside, client != nil, machine.ingest == .live, next == nil else { return replaceClient(with: link) }
    next = link
    link.pause()
    greet(link)
    let box = NIOLoopBound(self, eventLoop: loop)
    nextLimit = loop.scheduleTask(in: Self.nextWait) { box.value.goOnWithNext() }
  }

  /// The second connection is the client's; its stream goes on where that of the first one ended.
  private func goOnWithNext() {
    guard let link = letGoOfNext() else { return }
    replaceClient(with: link, isContinuous: true)
    link.resume()
  }

  private func letGoOfNext() -> ClientLink? {
    nextLimit?.cancel()
    defer { next = nil }
    return next
  }

  private func replaceClient(with link: ClientLink, isContinuous: Bool = false) {
    // The old ones may be half dead: the new one is what counts.
    letGoOfNext()?.close(.goingAway)
    client?.close(.goingAway)
    leaveInput()
    client = link
    holds = []
    isUnread = false
    farewell = nil
    grace?.cancel()
    shared.presence(id, true)
    shared.metrics.resumes.add()
    log.note("client returned")
    outgoing.restart(isContinuous: isContinuous)
    begin()
    handle(.clientReturned)
    if machine.ingest == .live { link.tell(.state(.init(.live))) }
  }

  /// The connection of `link` is over; on the loop.
  /// - Parameter isGoingAway: a client that was told to go on elsewhere does, else its stream is over.
  func detach(_ link: ClientLink, finished: Bool, isGoingAway: Bool = false) {
    if link === next { _ = letGoOfNext() }
    guard link === client else { return }
    flush()
    let end: SessionStateMachine.Event =
      !finished || isGoingAway && machine.isMovingClient ? .clientLost : .clientFinished
    if finished, hasRest {
      // What has come and not yet gone out belongs to the stream; its end is the stream's end, but not for long.
      client = nil
      farewell = end
      if case .foreign(let foreign) = input { foreign.finish() }
      shared.presence(id, false)
      let box = NIOLoopBound(self, eventLoop: loop)
      grace = loop.scheduleTask(in: Self.finishLimit) { box.value.clientEnded(end) }
      return
    }
    client = nil
    leaveInput()
    clientEnded(end)
  }

  /// A client's connection is over, with all that came over it; its stream is not where it has another one.
  func clientEnded(_ event: SessionStateMachine.Event) { if next == nil { handle(event) } else { goOnWithNext() } }

  func leaveInput() {
    if case .foreign(let foreign) = input { foreign.cancel() }
    input = .none
  }

  /// The proxy is about to end; on the loop.
  func drain() { handle(client?.takesMoves == true ? .drainByMove : .drain) }

  /// Ends at once; on the loop.
  func end(_ code: CloseCode, _ notice: ServerEvent.Notice) { handle(.end(code, notice)) }

  // MARK: Media

  func describe(_ description: StreamDescription) {
    guard description.video != nil else {
      return handle(.end(.refused, .init(code: "no-video", message: "\(ContainerStream.Failure.noVideo)")))
    }
    switch outgoing.describe(description) {
    case .none: return
    case .first: handle(.mediaBegan)
    case .changed:
      flush()
      if let described = outgoing.description { publisher?.describe(described) }
    }
  }

  func take(_ packet: EncodedPacket, at now: MediaTime) {
    meter.saw(packet, at: now)
    let outlet: OutgoingStream.Outlet =
      switch machine.ingest {
      case .live: .open
      case .connecting: .opening
      case .waitingForMedia, .waiting, .ended: .none
      }
    let wasSkipping = outgoing.isSkipping
    outgoing.take(packet, held: heldTime, at: now, to: outlet)
    heldTime = .zero
    if outgoing.isSkipping, !wasSkipping {
      warn(
        .init(
          code: "behind",
          message: "the ingest takes less than comes: pictures are left out until the stream is no longer behind"))
    }
  }

  func flush() {
    guard let publisher else { return }
    // Taken out first: writing may change the writability, which leads back here.
    let packets = outgoing.takeBatch()
    guard !packets.isEmpty else { return }
    publisher.write(packets)
    if !publisher.isWritable { hold(.ingest) }
  }

  // MARK: The machine's shell

  func handle(_ event: SessionStateMachine.Event) {
    let effects = machine.handle(event, at: .now(), jitter: .random(in: 0...1))
    for effect in effects { perform(effect, after: event) }
  }

  private func perform(_ effect: SessionStateMachine.Effect, after event: SessionStateMachine.Event) {
    switch effect {
    case .connect(let priority): connect(priority)
    case .beginSending:
      if machine.reconnects > 0 { shared.metrics.reconnects.add() }
      outgoing.open()
      meter.isLive(at: .now())
      flush()
    case .scheduleRetry(let delay):
      let box = NIOLoopBound(self, eventLoop: loop)
      retry = loop.scheduleTask(in: TimeAmount(delay)) { box.value.handle(.retryDue) }
    case .abandonIngest:
      closePublisher()
      outgoing.close()
      // Nothing takes packets now, so nothing can be slow either: what comes is let go.
      goOn()
    case .unpublish: closePublisher()
    case .tell(let event):
      log.tell(event)
      client?.tell(event)
    case .closeClient(let code):
      client?.close(code, saying: event.reason)
      if code != .restart { leave() }
    case .awaitClient:
      log.note("client lost; waiting for it")
      shared.presence(id, false)
      let box = NIOLoopBound(self, eventLoop: loop)
      grace = loop.scheduleTask(in: TimeAmount(shared.limits.resume)) { box.value.handle(.clientOverdue) }
    case .awaitMove:
      let box = NIOLoopBound(self, eventLoop: loop)
      grace = loop.scheduleTask(in: TimeAmount(SessionStateMachine.moveInterval)) { box.value.handle(.moveOverdue) }
    case .dispose: dispose(event)
    }
  }

  private func leave() {
    client = nil
    leaveInput()
  }

  private func dispose(_ event: SessionStateMachine.Event) {
    leave()
    letGoOfNext()?.close(.goingAway)
    ticker?.cancel()
    retry?.cancel()
    grace?.cancel()
    outgoing.close()
    shared.metrics.queueMilliseconds.add(meter.takeQueue(0))
    let cause = event.cause
    shared.metrics.ended(cause)
    log.ended(cause, received: meter.bytesReceived, sent: meter.bytesSent)
    shared.release(id)
  }
}
