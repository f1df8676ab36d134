internal import Codec
internal import Media
internal import NIOCore
internal import RTMP
internal import Transwrap

/// One client's stream on its way to one ingest; lives on one event loop, whatever loops its clients come over.
final class PublishSession {
  let id: SessionID
  let loop: any EventLoop
  private let grant: Grant
  private let shared: Shared
  private let log: SessionLog
  private var machine: SessionStateMachine
  private var client: ClientLink?
  private var input = Input.none
  private var outgoing: OutgoingStream
  private var publisher: RTMPPublisher?
  private var isPaused = false
  private var meter: SessionMeter
  private var ticker: RepeatedTask?
  private var retry: Scheduled<Void>?
  private var grace: Scheduled<Void>?

  /// How long the thread of a stream that is over may still work on it.
  private static let finishLimit = TimeAmount.seconds(5)

  init(
    id: SessionID, grant: Grant, priority: Int, client: ClientLink, shared: Shared, loop: any EventLoop
  ) {
    self.id = id
    self.grant = grant
    self.shared = shared
    self.loop = loop
    self.client = client
    machine = SessionStateMachine(
      takesOver: grant.takesOver, priority: grant.takesOver ? priority : 0, patience: shared.limits.reconnect,
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
    isPaused = false
    grace?.cancel()
    shared.presence(id, true)
    shared.metrics.resumes.add()
    log.note("client returned")
    outgoing.restart()
    begin()
    handle(.clientReturned)
    if machine.ingest == .live { link.tell(.state(.init(.live))) }
  }

  /// Takes bytes of the stream; on the loop.
  func receive(_ bytes: ByteBuffer, from link: ClientLink) {
    guard link === client else { return }
    meter.received(bytes.readableBytes)
    switch input {
    case .none: return
    case .unknown(var first):
      input = .none
      first.writeImmutableBuffer(bytes)
      recognize(first)
    case .flv(var reader):
      // Taken out for the call, so that what it holds is not copied.
      input = .none
      read(bytes, with: &reader)
      if case .none = input, machine.ingest != .ended { input = .flv(reader) }
    case .foreign(let foreign):
      if !foreign.write(bytes) { pause() }
    }
  }

  private func recognize(_ bytes: ByteBuffer) {
    let view = bytes.readableBytesView
    if view.starts(with: FLVStreamReader.signature) {
      var reader = FLVStreamReader(tagLimit: shared.limits.messageBytes)
      read(bytes, with: &reader)
      if machine.ingest != .ended { input = .flv(reader) }
    } else if let container = StreamContainer(recognizing: view) {
      do throws(NoThreadError) {
        let foreign = try foreignInput(container)
        input = .foreign(foreign)
        if !foreign.write(bytes) { pause() }
      } catch {
        log.noThread(error)
        handle(.end(.busy, .init(code: "no-thread", message: "the proxy has no thread for this stream: try later")))
      }
    } else if view.count >= StreamContainer.signatureBytes {
      handle(
        .end(.refused, .init(code: "unknown-container", message: "what comes is neither FLV, WebM nor MP4")))
    } else {
      input = .unknown(bytes)
    }
  }

  private func foreignInput(_ container: StreamContainer) throws(NoThreadError) -> ForeignInput {
    let box = NIOLoopBound(self, eventLoop: loop)
    return try ForeignInput(container, transcodes: shared.transcodes) { [loop] in
      loop.execute { box.value.foreignHasRoom() }
    } onOutput: { [loop] in
      loop.execute { box.value.takeForeign() }
    }
  }

  private func read(_ bytes: ByteBuffer, with reader: inout FLVStreamReader) {
    let now = MediaTime.now()
    reader.append(bytes)
    do {
      while machine.ingest != .ended, let output = try reader.next(at: now) {
        switch output {
        case .begin(let description), .changed(let description): describe(description)
        case .packet(let packet): take(packet, at: now)
        }
      }
    } catch {
      handle(.end(.refused, .init(code: "unsupported-media", message: "\(error)")))
    }
  }

  /// All that came at once was received; on the loop.
  func receiveComplete(from link: ClientLink) {
    guard link === client else { return }
    flush()
  }

  /// The connection of `link` is over; on the loop.
  func detach(_ link: ClientLink, finished: Bool) {
    guard link === client else { return }
    if finished, case .foreign(let foreign) = input {
      // What the thread still has belongs to the stream; its end is the stream's end, but not for long.
      client = nil
      foreign.finish()
      shared.presence(id, false)
      let box = NIOLoopBound(self, eventLoop: loop)
      grace = loop.scheduleTask(in: Self.finishLimit) { box.value.handle(.clientFinished) }
      return
    }
    flush()
    client = nil
    leaveInput()
    handle(finished ? .clientFinished : .clientLost)
  }

  private func leaveInput() {
    if case .foreign(let foreign) = input { foreign.cancel() }
    input = .none
  }

  /// The proxy is about to end; on the loop.
  func drain() { handle(.drain) }

  /// Ends at once; on the loop.
  func end(_ code: CloseCode, _ notice: ServerEvent.Notice) { handle(.end(code, notice)) }

  // MARK: Foreign containers

  private func foreignHasRoom() {
    if isPaused, publisher?.isWritable ?? true { resume() }
  }

  private func takeForeign() {
    guard case .foreign(let foreign) = input, publisher?.isWritable ?? true else { return }
    let now = MediaTime.now()
    let end = foreign.take { output in
      switch output {
      case .tracks(let description, _): describe(description)
      case .packet(let packet): take(packet, at: now)
      }
    }
    flush()
    guard let end else { return }
    leaveInput()
    guard let failure = end else { return handle(.clientFinished) }
    if case .noTranscode = failure {
      handle(.end(.busy, .init(code: "no-transcode", message: "\(failure)")))
    } else {
      handle(.end(.refused, .init(code: "unsupported-media", message: "\(failure)")))
    }
  }

  // MARK: Media

  private func describe(_ description: StreamDescription) {
    guard description.video != nil else {
      return handle(.end(.refused, .init(code: "no-video", message: "\(ForeignStream.Failure.noVideo)")))
    }
    switch outgoing.describe(description) {
    case .none: return
    case .first: handle(.mediaBegan)
    case .changed:
      flush()
      if let described = outgoing.description { publisher?.describe(described) }
    }
  }

  private func take(_ packet: EncodedPacket, at now: MediaTime) {
    meter.saw(packet, at: now)
    let outlet: OutgoingStream.Outlet =
      switch machine.ingest {
      case .live: .open
      case .connecting: .opening
      case .waitingForMedia, .waiting, .ended: .none
      }
    outgoing.take(packet, at: now, to: outlet)
  }

  private func flush() {
    guard let publisher else { return }
    // Taken out first: writing may change the writability, which leads back here.
    let packets = outgoing.takeBatch()
    guard !packets.isEmpty else { return }
    publisher.write(packets)
    if !publisher.isWritable { pause() }
  }

  // MARK: Backpressure

  private func pause() {
    guard !isPaused, let client else { return }
    isPaused = true
    client.pause()
    // A keyframe alone fills the socket for a moment; what lasts is worth a word.
    let box = NIOLoopBound(self, eventLoop: loop)
    loop.scheduleTask(in: .milliseconds(50)) { box.value.tellCongestion(isFirst: true) }
  }

  private func resume() {
    isPaused = false
    client?.resume()
  }

  private func writabilityChanged(_ isWritable: Bool) {
    guard isWritable else { return }
    takeForeign()
    if isPaused, publisher?.isWritable ?? true { resume() }
  }

  private func tellCongestion(isFirst: Bool) {
    guard isPaused, machine.ingest == .live, publisher?.isWritable == false else { return }
    if isFirst { shared.metrics.congestions.add() }
    client?.tell(.congestion(meter.congestion(at: .now())))
    let box = NIOLoopBound(self, eventLoop: loop)
    loop.scheduleTask(in: .milliseconds(500)) { box.value.tellCongestion(isFirst: false) }
  }

  // MARK: The machine's shell

  private func handle(_ event: SessionStateMachine.Event) {
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
      if isPaused { resume() }
      takeForeign()
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

  // MARK: The ingest's end

  private func connect(_ priority: Int?) {
    guard let stream = outgoing.description else { return }
    let key = priority.map(grant.key.withPriority) ?? grant.key
    let (box, loop, grant, shared, logger) = (NIOLoopBound(self, eventLoop: loop), loop, grant, shared, log.logger)
    Task(executorPreference: shared.tasks) {
      do throws(RTMPError) {
        let publisher = try await RTMPPublisher.connect(
          to: grant.endpoint, key: key, stream: stream, context: shared.tls, addresses: grant.addresses, group: loop,
          logger: logger)
        loop.execute { box.value.connected(publisher, described: stream) }
      } catch {
        loop.execute { box.value.handle(.connectFailed(error)) }
      }
    }
  }

  private func connected(_ publisher: RTMPPublisher, described: StreamDescription) {
    guard case .connecting = machine.ingest else {
      Task(executorPreference: shared.tasks) { await publisher.close() }
      return
    }
    self.publisher = publisher
    if let stream = outgoing.description, stream != described { publisher.describe(stream) }
    publisher.onWritability { [weak self] isWritable in self?.writabilityChanged(isWritable) }
    handle(.connected)
    // Last: a connection that is closed already says so in this very call.
    let box = NIOLoopBound(self, eventLoop: loop)
    publisher.onClosed { error in box.value.lost(publisher, error) }
  }

  private func lost(_ lost: RTMPPublisher, _ error: RTMPError) {
    guard lost === publisher else { return }
    handle(.lost(error))
  }

  private func closePublisher() {
    guard let publisher else { return }
    self.publisher = nil
    // Its counters stay; its loop's work ends by itself within the deadline.
    meter.connectionEnded()
    shared.metrics.queueMilliseconds.add(meter.takeQueue(0))
    Task(executorPreference: shared.tasks) { await publisher.close() }
  }

  // MARK: Each second

  private func tick() {
    let now = MediaTime.now()
    shared.metrics.bytesReceived.add(meter.takeUnreported())
    shared.metrics.packetsDropped.add(outgoing.takeDropped())
    let isExpected = client != nil && !isPaused
    if let notice = meter.endTick(shared.limits, isExpected: isExpected, at: now), client != nil {
      return handle(.end(.refused, notice))
    }
    if machine.ingest == .live, let warning = meter.warning(at: now) {
      log.tell(.warning(warning))
      client?.tell(.warning(warning))
    }
    guard let publisher, machine.ingest == .live else {
      client?.tell(.statistics(meter.statistics(nil, reconnects: machine.reconnects, at: now)))
      return
    }
    let box = NIOLoopBound(self, eventLoop: loop)
    publisher.futureStatistics().whenSuccess { figures in box.value.tell(figures) }
  }

  private func tell(_ figures: TransportStatistics) {
    guard machine.ingest != .ended else { return }
    let statistics = meter.statistics(figures, reconnects: machine.reconnects, at: .now())
    shared.metrics.bytesSent.add(meter.takeUnreportedSent())
    shared.metrics.queueMilliseconds.add(meter.takeQueue(Int(statistics.queueMilliseconds)))
    client?.tell(.statistics(statistics))
  }
}
