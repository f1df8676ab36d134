internal import IVS
internal import Logging
internal import Media
internal import Settings

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
  private var publishing: PublishShell?
  private var connection: ObjectIdentifier?
  private var connectedWall = 0.0
  /// When the connection that was lost last had been made.
  private var lostWall = 0.0
  /// Whether the present connection, and the one that was lost last, took a stream over.
  private var (tookOver, lostTookOver) = (false, false)
  private var isSending = false

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
  func run(_ publishing: PublishShell) async {
    self.publishing = publishing
    defer { self.publishing = nil }
    while !Task.isCancelled {
      let snapshot = publishing.snapshot
      follow(snapshot)
      sendMetadata(onAir: snapshot.firstLive.map { .now() - $0 })
      for question in watch.questions(at: .now()) { Task { await self.ask(question) } }
      do { try await Task.sleep(for: .milliseconds(100)) } catch { return }
    }
  }

  /// What is known, beside what is sent.
  func health(videoKilobits: Int, framesPerSecond: Double) -> ServiceHealth {
    var health = watch.health
    let connected = watch.connectedFor(at: .now())
    if let connected {
      health.divergence = Divergence.alarm(
        health,
        Divergence.Sent(
          videoKilobits: videoKilobits, framesPerSecond: framesPerSecond, seconds: connected.inSeconds))
    }
    (health.metadataSent, health.metadataQueued) = (queue.sent, queue.count)
    return health
  }

  /// Asks for figures of what arrives, or no longer.
  func wantFigures(_ wanted: Bool) { watch.wantsFigures = wanted }

  /// Puts metadata into the queue.
  func put(_ text: String) throws(OperatorFailure) {
    if let problem = MetadataQueue.problem(text) { throw OperatorFailure(problem, .data) }
    guard connection != nil else { throw OperatorFailure("metadata goes with a stream: go live first", .unavailable) }
    guard queue.add(text) else {
      throw OperatorFailure("\(MetadataQueue.limit) pieces of metadata wait already: send fewer", .unavailable)
    }
  }

  private func follow(_ snapshot: PublishShell.Snapshot) {
    let now = MediaTime.now()
    let current: ObjectIdentifier? = if case .live = snapshot.state { snapshot.connection?.identity } else { nil }
    guard current != connection else { return }
    if connection != nil {
      let isWished =
        switch snapshot.state {
        case .stopping, .ended(.stopped): true
        default: false
        }
      watch.disconnected(isWished: isWished, at: now)
      if isWished { queue.clear() }
    }
    connection = current
    (lostWall, lostTookOver) = (connectedWall, tookOver)
    guard current != nil else { return }
    connectedWall = Double(WallClock.secondsSince1970)
    tookOver = snapshot.priority != nil
    watch.connected(at: now)
  }

  private func ask(_ question: ServiceWatch.Question) async {
    let news: [ServiceWatch.News]
    do throws(IVSError) {
      switch question {
      case .stream: news = watch.answered(try await ivs.stream(of: arn), at: .now())
      case .session: news = watch.answered(session: try await ivs.session(of: arn), at: .now())
      case .autopsy:
        let since = Timestamp(seconds: lostWall)
        let session: IVSStreamSession?
        do throws(IVSError) {
          session = try await ivs.session(of: arn, streamID: watch.lostStreamID)
        } catch .notFound { session = nil }
        news = watch.answered(autopsy: session, since: since, tookOver: lostTookOver, at: .now())
      case .figures:
        let seconds = WallClock.secondsSince1970
        watch.answered(
          figures: try await ivs.ingestMetrics(of: arn, now: seconds), wallSeconds: seconds, at: .now())
        news = []
      }
    } catch { news = watch.failed(question, error, at: .now()) }
    for item in news {
      if case .onAir = item { publishing?.report(.accepted) }
      tell(item)
    }
  }

  private func tell(_ news: ServiceWatch.News) {
    switch news {
    case .onAir(let id): logger.notice("on air", metadata: id.map { ["stream": "\($0)"] } ?? [:])
    case .health("STARVING"): logger.warning("IVS receives less than was announced", metadata: ["health": "STARVING"])
    case .health(let health): logger.notice("IVS receives enough again", metadata: ["health": "\(health)"])
    case .gone: logger.warning("IVS no longer shows the stream")
    case .explained(let finding): logger.warning("why it ended: \(finding.text)")
    case .unknown(let problem): logger.warning("IVS was not asked: \(problem)")
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
    guard !isSending, let text = queue.take(at: .now()) else { return }
    isSending = true
    Task { await self.send(text) }
  }

  private func send(_ text: String) async {
    defer { isSending = false }
    do throws(IVSError) {
      try await ivs.putMetadata(text, to: arn)
      queue.succeeded()
    } catch .throttled { queue.throttled(text, at: .now()) } catch {
      logger.warning("metadata was not sent: \(error)")
    }
  }
}
