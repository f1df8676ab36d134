internal import IVS
internal import Interface
internal import Logging
internal import Media
internal import Publishing
internal import Settings
internal import Web

/// What goes on between one broadcast and Amazon IVS's API: health, explanations, timed metadata.
///
/// Asks what ``ServiceWatch`` wants to know; nothing of it is in the way of the stream.
actor ServiceDesk {
  private let ivs: IVSClient
  private let arn: ChannelARN
  private let logger: Logger
  private var watch: ServiceWatch
  private var queue = MetadataQueue()
  private var schedule: MetadataSchedule?
  private var publishing: PublishLoop?
  private var connection: ObjectIdentifier?
  private var isSending = false
  /// The bitrate that was wanted last, and since when.
  private var steady = (kilobits: 0, since: MediaTime.zero)

  /// - Parameters:
  ///   - figures: CloudWatch is asked what arrives; the account pays for it.
  ///   - schedule: metadata that goes out by the clock.
  init(ivs: IVSClient, channel: IVSChannel, figures: Bool, schedule: MetadataSchedule?, logger: Logger) {
    self.ivs = ivs
    arn = channel.arn
    self.logger = logger
    self.schedule = schedule
    watch = ServiceWatch(channel: channel, wantsFigures: figures)
  }

  /// Watches a broadcast until the task is cancelled; looks ten times a second and asks seldom.
  func run(_ publishing: PublishLoop) async {
    self.publishing = publishing
    defer { self.publishing = nil }
    while !Task.isCancelled {
      let snapshot = publishing.snapshot
      await follow(snapshot)
      sendMetadata(onAir: snapshot.firstLive.map { .now() - $0 })
      for question in watch.questions(at: .now()) { Task { await self.ask(question) } }
      do { try await Task.sleep(for: .milliseconds(100)) } catch { return }
    }
  }

  /// What is known, beside what is sent.
  func health(videoKilobits: Int, targetKilobits: Int, framesPerSecond: Double) -> ServiceHealth {
    let now = MediaTime.now()
    if steady.kilobits != targetKilobits { steady = (targetKilobits, now) }
    var health = watch.health(wallSeconds: Double(WallClock.secondsSince1970))
    if let connected = watch.connectedFor(at: now) {
      health.divergence = Divergence.alarm(
        health,
        Divergence.Sent(
          videoKilobits: videoKilobits, framesPerSecond: framesPerSecond, seconds: connected.inSeconds,
          steadySeconds: (now - steady.since).inSeconds))
    }
    (health.metadataSent, health.metadataQueued) = (queue.sent, queue.count)
    return health
  }

  /// Asks for figures of what arrives, or no longer.
  func wantFigures(_ wanted: Bool) { watch.wantsFigures = wanted }

  /// Puts metadata into the queue; it goes out once IVS shows the stream.
  func put(_ text: String) throws(OperatorFailure) {
    if let problem = MetadataQueue.problem(text) { throw OperatorFailure(problem, .data) }
    guard connection != nil else { throw OperatorFailure("metadata goes with a stream: go live first", .unavailable) }
    guard queue.add(text, at: .now()) else {
      throw OperatorFailure("\(MetadataQueue.limit) pieces of metadata wait already: send fewer", .unavailable)
    }
  }

  /// The outcome of a broadcast with IVS's reason for it, where it failed and IVS can be asked within three seconds.
  func explained(_ outcome: BroadcastOutcome, _ publishing: PublishLoop) async -> BroadcastOutcome {
    guard case .failed(let failure) = outcome, failure.exitStatus == .noPermission || failure.exitStatus == .temporary
    else { return outcome }
    await follow(publishing.snapshot)
    let (ivs, arn) = (ivs, arn)
    let (lost, streamID) = (watch.lostConnection, watch.lost?.streamID)
    let words = await withTaskGroup(of: String?.self) { group in
      group.addTask {
        if let lost, let session = try? await ivs.session(of: arn, streamID: streamID) {
          let finding = StreamDiagnosis.explain(session, of: lost)
          if finding.cause != .keyOrNetwork { return finding.text }
        }
        guard let stream = try? await ivs.stream(of: arn) else { return nil }
        let viewers = stream.viewerCount.map { $0 > 0 ? ", \($0) viewers" : "" } ?? ""
        return "another broadcaster is live on the channel\(viewers): take it over with --takeover"
      }
      group.addTask {
        try? await Task.sleep(for: .seconds(3))
        return nil
      }
      defer { group.cancelAll() }
      return await group.next() ?? nil
    }
    return words.map { .failed(OperatorFailure("\(failure.description); \($0)", failure.exitStatus)) } ?? outcome
  }

  private func follow(_ snapshot: PublishLoop.Snapshot) async {
    let now = MediaTime.now()
    let current: ObjectIdentifier? =
      if case .live = snapshot.state { snapshot.connection.map { ObjectIdentifier($0) } } else { nil }
    guard current != connection else { return }
    if connection != nil {
      let isWished =
        switch snapshot.state {
        case .stopping, .ended(.stopped): true
        // The operator wanted another connection.
        case .connecting(attempt: 1), .live: true
        default: false
        }
      watch.disconnected(isWished: isWished, at: now)
      if case .stopping = snapshot.state { queue.clear() }
    }
    connection = current
    guard current != nil else { return }
    let skew = await ivs.clockSkew ?? 0
    watch.connected(
      wallSeconds: Double(WallClock.secondsSince1970 + skew), hadPriority: snapshot.priority != nil, at: now)
  }

  private func ask(_ question: ServiceWatch.Question) async {
    let news: [ServiceWatch.News]
    do throws(IVSError) {
      switch question {
      case .stream: news = watch.answered(try await ivs.stream(of: arn), at: .now())
      case .session: news = watch.answered(session: try await ivs.session(of: arn), at: .now())
      case .autopsy:
        let session: IVSStreamSession?
        do throws(IVSError) {
          session = try await ivs.session(of: arn, streamID: watch.lost?.streamID)
        } catch .notFound { session = nil }
        news = watch.answered(autopsy: session, at: .now())
      case .figures:
        let seconds = WallClock.secondsSince1970 + (await ivs.clockSkew ?? 0)
        watch.answered(figures: try await ivs.ingestMetrics(of: arn, now: seconds), at: .now())
        news = []
      }
    } catch { news = watch.failed(question, error, at: .now()) }
    for item in news {
      act(on: item)
      tell(item)
    }
  }

  private func act(on news: ServiceWatch.News) {
    switch news {
    case .onAir(_, let isNew):
      publishing?.changeTakeover { $0.shown(isNew: isNew) }
      publishing?.report(.accepted)
    case .explained(let finding) where finding.cause == .takenOver: publishing?.changeTakeover { $0.yielded() }
    default: break
    }
  }

  private func tell(_ news: ServiceWatch.News) {
    switch news {
    case .onAir(let id, _): logger.notice("on air", metadata: id.map { ["stream": "\($0)"] } ?? [:])
    case .health("STARVING"): logger.warning("IVS receives less than was announced", metadata: ["health": "STARVING"])
    case .health(let health): logger.notice("IVS receives enough again", metadata: ["health": "\(health)"])
    case .gone: logger.warning("IVS no longer shows the stream")
    case .foreign:
      logger.warning("another broadcaster is live on the channel, and viewers see that: take it over with --takeover")
    case .explained(let finding): logger.warning("why it ended: \(finding.text)")
    case .unknown(let problem): logger.warning("IVS does not tell: \(problem)")
    case .event(let name, let code):
      logger.info("IVS event", metadata: ["name": "\(name)"].merging(code.map { ["code": "\($0)"] } ?? [:]) { $1 })
    }
  }

  private func sendMetadata(onAir: Duration?) {
    if let onAir, connection != nil, let due = schedule?.due(after: onAir) {
      for content in due {
        do throws(OperatorFailure) { try put(try content.load()) } catch { logger.warning("metadata: \(error)") }
      }
    }
    let expired = queue.expire(at: .now())
    if expired > 0 {
      logger.warning("metadata was not sent: IVS did not show the stream", metadata: ["count": "\(expired)"])
    }
    guard !isSending, watch.isShown, let entry = queue.take(at: .now()) else { return }
    isSending = true
    Task { await self.send(entry) }
  }

  private func send(_ entry: MetadataQueue.Entry) async {
    defer { isSending = false }
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
  }
}
