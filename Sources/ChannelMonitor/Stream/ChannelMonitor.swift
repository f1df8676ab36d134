package import IVS
package import Interface
package import Logging
internal import Media
internal import Networking
package import Publishing
package import Settings
internal import Web

/// What goes on between one broadcast and Amazon IVS's API: health, explanations, timed metadata.
///
/// Listens to the publish loop and asks what ``MonitorStateMachine`` wants to know, when that is due; nothing of it is in
/// the way of the stream.
package actor ChannelMonitor {
  private let ivs: IVSClient
  private let arn: ChannelARN
  private let logger: Logger
  private var machine: MonitorStateMachine
  private var queue = MetadataQueue()
  private var schedule: MetadataSchedule?
  private var publishing: PublishLoop?
  private var firstLive: MediaTime?
  private var isSending = false
  private var timer: Task<Void, Never>?

  /// Prepares to follow a broadcast to a channel.
  /// - Parameters:
  ///   - figures: CloudWatch is asked what arrives; the account pays for it.
  ///   - schedule: metadata that goes out by the clock.
  package init(ivs: IVSClient, channel: IVSChannel, figures: Bool, schedule: MetadataSchedule?, logger: Logger) {
    self.ivs = ivs
    arn = channel.arn
    self.logger = logger
    self.schedule = schedule
    machine = MonitorStateMachine(channel: channel, wantsFigures: figures)
  }

  /// Follows a broadcast until its events end.
  package func follow(_ events: AsyncStream<PublishEvent>, of publishing: PublishLoop) async {
    self.publishing = publishing
    for await event in events {
      switch event {
      case .connected(_, let priority): await connected(priority)
      case .moved(_, _, let priority):
        step(.disconnected(isRequested: true))
        await connected(priority)
      case .lost: step(.disconnected(isRequested: false))
      case .released: step(.disconnected(isRequested: true))
      case .stopping:
        // What waits was meant for this stream.
        queue.clear()
        step(.disconnected(isRequested: true))
      case .rate: step(.bitrateChanged)
      case .connecting, .failed, .retrying, .moving, .moveFailed, .ended: break
      }
    }
    timer?.cancel()
    self.publishing = nil
  }

  private func connected(_ priority: Int?) async {
    firstLive = firstLive ?? .now()
    let skew = await ivs.clockSkew ?? 0
    step(.connected(wallSeconds: Double(WallClock.secondsSince1970 + skew), hadPriority: priority != nil))
  }

  /// What is known, beside what is sent.
  package func health(videoKilobits: Int, framesPerSecond: Double) -> ServiceHealth {
    var health = machine.health(
      videoKilobits: videoKilobits, framesPerSecond: framesPerSecond,
      wallSeconds: Double(WallClock.secondsSince1970), at: .now())
    (health.metadataSent, health.metadataQueued) = (queue.sent, queue.count)
    return health
  }

  /// Asks for figures of what arrives, or no longer.
  package func requestFigures(_ isRequested: Bool) { step(.figuresRequested(isRequested)) }

  /// The encoder is given another bitrate.
  package func bitrateChanges() { step(.bitrateChanged) }

  /// Puts metadata into the queue; it goes out once IVS shows the stream.
  package func put(_ text: String) throws(OperatorFailure) {
    try add(text)
    step(.due)
  }

  private func add(_ text: String) throws(OperatorFailure) {
    if let problem = MetadataQueue.problem(text) { throw OperatorFailure(problem, .data) }
    guard machine.connection != nil else {
      throw OperatorFailure("metadata goes with a stream", "go live first", .unavailable)
    }
    guard queue.add(text, at: .now()) else {
      throw OperatorFailure("\(MetadataQueue.limit) pieces of metadata wait already", "send fewer", .unavailable)
    }
  }

  /// The outcome of a broadcast with IVS's reason for it, where it was rejected and IVS can be asked within three seconds.
  package func explained(_ outcome: BroadcastOutcome) async -> BroadcastOutcome {
    guard case .rejected(let failure) = outcome else { return outcome }
    let (ivs, arn) = (ivs, arn)
    let (lost, streamID) = (machine.lostConnection, machine.lost?.streamID)
    let words = await Bounded.run(within: .seconds(3)) { () async -> String? in
      if let lost, let session = try? await ivs.session(of: arn, streamID: streamID) {
        let finding = StreamDiagnosis.explain(session, of: lost)
        if finding.cause != .keyOrNetwork { return finding.text }
      }
      guard let stream = try? await ivs.stream(of: arn) else { return nil }
      let viewers = stream.viewerCount.map { $0 > 0 ? ", \($0) viewers" : "" } ?? ""
      return "another broadcaster is live on the channel\(viewers): take it over with `takeover`"
    }
    guard let words = words ?? nil else { return outcome }
    return .rejected(OperatorFailure("\(failure.description); \(words)", failure.exitStatus))
  }

  // MARK: The machine's shell

  private func step(_ event: MonitorStateMachine.Event) {
    for effect in machine.handle(event, at: .now()) {
      switch effect {
      case .ask(let question): Task { await self.ask(question) }
      case .tell(let notice):
        act(on: notice)
        tell(notice)
      }
    }
    sendMetadata()
    setTimer()
  }

  /// Comes back when something is due; nobody looks meanwhile.
  private func setTimer() {
    timer?.cancel()
    guard publishing != nil else { return }
    let onAir = machine.connection == nil ? nil : firstLive
    let scheduled = onAir.flatMap { start in schedule?.next.map { start + $0 } }
    let next = [machine.nextDue, queue.nextDue(isOpen: machine.isShown && !isSending), scheduled]
    guard let due = next.compactMap({ $0 }).min() else { return }
    timer = Task { [weak self] in
      do { try await Task.sleep(for: max(.milliseconds(1), due - .now())) } catch { return }
      await self?.step(.due)
    }
  }

  private func ask(_ question: MonitorStateMachine.Question) async {
    do throws(IVSError) {
      let answer: MonitorStateMachine.Answer =
        switch question {
        case .stream: .stream(try await ivs.stream(of: arn))
        case .session: .session(try await ivs.session(of: arn))
        case .explanation: .explanation(try await lostSession())
        case .figures:
          .figures(
            try await ivs.ingestMetrics(of: arn, now: WallClock.secondsSince1970 + (await ivs.clockSkew ?? 0)))
        }
      step(.answered(answer))
    } catch { step(.failed(question, error)) }
  }

  private func lostSession() async throws(IVSError) -> IVSStreamSession? {
    do throws(IVSError) { return try await ivs.session(of: arn, streamID: machine.lost?.streamID) } catch .notFound {
      return nil
    }
  }

  private func act(on notice: MonitorStateMachine.Notice) {
    switch notice {
    case .onAir(_, let isNew):
      publishing?.changeTakeover { $0.shown(isNew: isNew) }
      publishing?.report(.accepted)
    case .explained(let finding) where finding.cause == .takenOver: publishing?.changeTakeover { $0.yielded() }
    default: break
    }
  }

  private func tell(_ notice: MonitorStateMachine.Notice) {
    switch notice {
    case .onAir(let id, _): logger.notice("on air", metadata: id.map { ["stream": "\($0)"] } ?? [:])
    case .health("STARVING"): logger.warning("IVS receives less than was announced", metadata: ["health": "STARVING"])
    case .health(let health): logger.notice("IVS receives enough again", metadata: ["health": "\(health)"])
    case .gone: logger.warning("IVS no longer shows the stream")
    case .foreign:
      logger.warning("another broadcaster is live on the channel, and viewers see that: take it over with `takeover`")
    case .explained(let finding): logger.warning("why it ended: \(finding.text)")
    case .unknown(let problem): logger.warning("IVS does not tell: \(problem)")
    case .event(let name, let code):
      logger.info("IVS event", metadata: ["name": "\(name)"].merging(code.map { ["code": "\($0)"] } ?? [:]) { $1 })
    }
  }

  // MARK: Metadata

  private func sendMetadata() {
    let now = MediaTime.now()
    if let firstLive, machine.connection != nil, let due = schedule?.due(after: now - firstLive) {
      for content in due {
        do throws(OperatorFailure) { try add(try content.load()) } catch { logger.warning("metadata: \(error)") }
      }
    }
    let expired = queue.expire(at: now)
    if expired > 0 {
      logger.warning("metadata was not sent: IVS did not show the stream", metadata: ["count": "\(expired)"])
    }
    guard !isSending, machine.isShown, let entry = queue.take(at: now) else { return }
    isSending = true
    Task { await self.send(entry) }
  }

  private func send(_ entry: MetadataQueue.Entry) async {
    do throws(IVSError) {
      try await ivs.putMetadata(entry.text, to: arn)
      queue.succeeded()
    } catch {
      switch error {
      case .throttled, .channelNotBroadcasting: queue.postponed(entry, at: .now())
      case .transport(.timedOut): logger.warning("metadata may have been sent or not: \(error)")
      default: logger.warning("metadata was not sent: \(error)")
      }
    }
    isSending = false
    step(.due)
  }
}
