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
  /// The client is gone in peace, and the rest of what it sent is on its way.
  private(set) var isFinishing = false
  var meter: SessionMeter
  private var ticker: RepeatedTask?
  private var retry: Scheduled<Void>?
  private var grace: Scheduled<Void>?

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
    if let channel = grant.channel { client?.tell(.session(.init(session: id.text, channel: channel))) }
  }

  // MARK: The client's end

  /// The same client over another connection; on the loop.
  func attach(_ link: ClientLink) {
    guard machine.ingest != .ended else { return link.close(.failed) }
    // The old connection may be half dead: the new one is what counts.
    client?.close(.goingAway)
    leaveInput()
    client = link
    holds = []
    isUnread = false
    isFinishing = false
    grace?.cancel()
    shared.presence(id, true)
    shared.metrics.resumes.add()
    log.note("client returned")
    outgoing.restart()
    begin()
    handle(.clientReturned)
    if machine.ingest == .live { link.tell(.state(.init(.live))) }
  }

  /// The connection of `link` is over; on the loop.
  func detach(_ link: ClientLink, finished: Bool) {
    guard link === client else { return }
    flush()
    if finished, hasRest {
      // What has come and not yet gone out belongs to the stream; its end is the stream's end, but not for long.
      client = nil
      isFinishing = true
      if case .foreign(let foreign) = input { foreign.finish() }
      shared.presence(id, false)
      let box = NIOLoopBound(self, eventLoop: loop)
      grace = loop.scheduleTask(in: Self.finishLimit) { box.value.handle(.clientFinished) }
      return
    }
    client = nil
    leaveInput()
    handle(finished ? .clientFinished : .clientLost)
  }

  func leaveInput() {
    if case .foreign(let foreign) = input { foreign.cancel() }
    input = .none
  }

  /// The proxy is about to end; on the loop.
  func drain() { handle(.drain) }

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
    case .dispose: dispose(event)
    }
  }

  private func leave() {
    client = nil
    leaveInput()
  }

  private func dispose(_ event: SessionStateMachine.Event) {
    leave()
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
