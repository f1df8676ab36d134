internal import IVS
internal import Media

/// When to ask IVS what about a stream, and what its answers mean.
///
/// Pure: the desk asks and reports. GetStream is asked each 5 s until the stream is shown, each 15 s afterwards: five a
/// second are there for all of the account. Figures are asked each 30 s, and only where they are wanted.
struct ServiceWatch: Equatable, Sendable {
  /// What to ask.
  enum Question: Hashable, Sendable { case stream, session, figures, autopsy }

  /// What the operator should be told, once.
  enum News: Equatable, Sendable {
    case onAir(streamID: String?)
    case health(String)
    case gone
    case explained(StreamDiagnosis.Finding)
    case unknown(String)
    case event(name: String, code: String?)
  }

  static let soon: Duration = .seconds(5)
  static let usual: Duration = .seconds(15)
  static let figuresInterval: Duration = .seconds(30)

  /// What is known now.
  private(set) var health = ServiceHealth(health: "UNKNOWN")
  /// Whether CloudWatch's figures are wanted.
  var wantsFigures: Bool
  /// The stream that was on air when a connection was lost: what to read the reason from.
  private(set) var lostStreamID: String?
  private var isConnected = false
  private var connectedAt: MediaTime?
  private var due: [Question: MediaTime] = [:]
  private var asked: Set<Question> = []
  private var wasLive = false
  private var saidProblem = false
  private var seenEvents = 0

  init(channel: IVSChannel, wantsFigures: Bool) {
    self.wantsFigures = wantsFigures
    health.channelType = channel.type
    health.latencyMode = channel.latencyMode
  }

  /// A connection to the ingest was made.
  mutating func connected(at now: MediaTime) {
    (isConnected, connectedAt) = (true, now)
    due[.stream] = now + .seconds(2)
    if wantsFigures { due[.figures] = now + .seconds(15) }
  }

  /// The connection is gone.
  /// - Parameter isWished: the broadcast ends; there is nothing to explain.
  mutating func disconnected(isWished: Bool, at now: MediaTime) {
    guard isConnected else { return }
    isConnected = false
    due = isWished ? [:] : [.autopsy: now + .seconds(1), .stream: now + Self.soon]
    lostStreamID = wasLive ? health.streamID : nil
    health.received = nil
    health.divergence = nil
  }

  /// How long the present connection has held.
  func connectedFor(at now: MediaTime) -> Duration? { isConnected ? connectedAt.map { now - $0 } : nil }

  /// What to ask now; each is asked once and not again before it was answered.
  mutating func questions(at now: MediaTime) -> [Question] {
    if isConnected, wantsFigures, due[.figures] == nil { due[.figures] = now }
    if !wantsFigures { due[.figures] = nil }
    let ready = due.filter { $0.value <= now && !asked.contains($0.key) }.map(\.key)
    for question in ready {
      asked.insert(question)
      due[question] = nil
    }
    return ready
  }

  /// GetStream's answer; `nil` is offline.
  mutating func answered(_ stream: IVSStream?, at now: MediaTime) -> [News] {
    asked.remove(.stream)
    var news: [News] = []
    (health.problem, saidProblem) = (nil, false)
    let isLive = stream != nil
    health.state = isLive ? .live : .offline
    let before = health.health
    health.health = stream?.health ?? (isLive ? "UNKNOWN" : "OFFLINE")
    health.viewers = stream?.viewerCount.flatMap { $0 >= 0 ? $0 : nil } ?? (isLive ? health.viewers : nil)
    if let stream {
      if let start = stream.startTime { health.startClock = Self.clock(start) }
      if isLive, !wasLive || health.streamID != stream.streamId {
        news.append(.onAir(streamID: stream.streamId))
        due[.session] = now + .seconds(1)
      } else if before != health.health, health.health == "STARVING" || before == "STARVING" {
        news.append(.health(health.health))
        due[.session] = now + .seconds(1)
      }
      health.streamID = stream.streamId
    } else if wasLive, isConnected {
      news.append(.gone)
      lostStreamID = health.streamID
      due[.autopsy] = now + .seconds(1)
    }
    wasLive = isLive
    if isConnected { due[.stream] = now + (isLive ? Self.usual : Self.soon) }
    return news
  }

  /// GetStreamSession's answer, for what the service found in the stream and what happened to it.
  mutating func answered(session: IVSStreamSession?, at now: MediaTime) -> [News] {
    asked.remove(.session)
    return take(session)
  }

  /// GetStreamSession's answer after a connection broke.
  /// - Parameters:
  ///   - since: when that connection was made, in the service's time.
  ///   - tookOver: it took a stream over then.
  mutating func answered(
    autopsy session: IVSStreamSession?, since: Timestamp?, tookOver: Bool = false, at now: MediaTime
  ) -> [News] {
    asked.remove(.autopsy)
    let events = take(session)
    let finding = StreamDiagnosis.explain(session, since: since, tookOver: tookOver)
    health.explanation = finding.text
    return events + [.explained(finding)]
  }

  private mutating func take(_ session: IVSStreamSession?) -> [News] {
    guard let session else { return [] }
    let all = session.events
    if let video = session.video {
      let size = video.videoWidth.flatMap { width in video.videoHeight.map { "\(width)x\($0)" } }
      let rate = video.targetFramerate.map { "@\($0)" } ?? ""
      let bitrate = video.targetBitrate.map { "\($0 / 1000) kbit/s announced" }
      health.found = [size.map { $0 + rate }, video.codec, bitrate].compactMap { $0 }.joined(separator: ", ")
    }
    let isSame = session.streamId == health.streamID
    if let id = session.streamId { health.streamID = id }
    let fresh = isSame ? max(0, all.count - seenEvents) : all.count
    seenEvents = all.count
    health.events = all.prefix(20).map { event in
      ServiceHealth.Event(
        clock: event.eventTime.map(Self.clock) ?? "", name: event.name ?? event.type ?? "event", code: event.code)
    }
    return all.prefix(fresh).reversed().map { .event(name: $0.name ?? $0.type ?? "event", code: $0.code) }
  }

  /// CloudWatch's answer.
  mutating func answered(figures: IngestMetrics, wallSeconds: Int, at now: MediaTime) {
    asked.remove(.figures)
    if isConnected { due[.figures] = now + Self.figuresInterval }
    guard !figures.isEmpty else { return }
    var received = ServiceHealth.Received()
    received.videoKilobits = figures.videoBitrate.map { Int($0 / 1000) }
    received.audioKilobits = figures.audioBitrate.map { Int($0 / 1000) }
    received.framesPerSecond = figures.frameRate
    received.keyframeSeconds = figures.keyframeInterval
    received.ageSeconds = figures.time.map { max(0, Double(wallSeconds) - $0.seconds) } ?? 0
    health.received = received
  }

  /// A question without an answer.
  mutating func failed(_ question: Question, _ error: IVSError, at now: MediaTime) -> [News] {
    asked.remove(question)
    health.problem = "\(error)"
    // What nobody has told for a while is not known any more.
    if question == .stream { health.state = .unknown }
    let patience = error.isTransient ? Self.usual : Duration.seconds(60)
    if isConnected { due[question == .autopsy ? .session : question] = now + patience }
    guard !saidProblem else { return [] }
    saidProblem = true
    return [.unknown("\(error)")]
  }

  private static func clock(_ time: Timestamp) -> String { WallClock.local(time.seconds, "%H:%M:%S") }
}
