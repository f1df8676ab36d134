internal import IVS
internal import Interface
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
    case onAir(streamID: String?, isNew: Bool)
    case health(String)
    case gone
    case foreign
    case explained(StreamDiagnosis.Finding)
    case unknown(String)
    case event(name: String, code: String?)
  }

  /// A connection of this program to the ingest, in the service's time.
  struct Connection: Equatable, Sendable {
    let made: MediaTime
    var wallSeconds: Double
    /// Whether it came to take a stream over.
    let hadPriority: Bool
  }

  static let soon: Duration = .seconds(5)
  static let usual: Duration = .seconds(15)
  static let figuresInterval: Duration = .seconds(30)
  /// What was known holds so long without an answer.
  static let memory: Duration = .seconds(60)
  /// A channel stays with a connection that broke for so long.
  static let ghost: Duration = .seconds(30)

  /// Whether CloudWatch's figures are wanted.
  var wantsFigures: Bool { didSet { if !wantsFigures { known.received = nil } } }
  /// The connection that was lost last, and what is to be read of it.
  private(set) var lost: (streamID: String?, connection: StreamDiagnosis.Connection)?
  private var known = ServiceHealth(health: "UNKNOWN")
  private var connection: Connection?
  private var lostAt: MediaTime?
  private var ownTakeovers: [Timestamp] = []
  private var due: [Question: MediaTime] = [:]
  private var asked: Set<Question> = []
  /// Questions that the account's policy does not allow.
  private var forbidden: Set<Question> = []
  private var problems: [Question: String] = [:]
  private var autopsies = 0
  /// This program's stream, once it was shown.
  private var ownStreamID: String?
  private var wasLive = false
  private var saidForeign = false
  private var lastAnswer: MediaTime?
  private var figuresTime: Timestamp?
  private var seenEvents = 0

  init(channel: IVSChannel, wantsFigures: Bool) {
    self.wantsFigures = wantsFigures
    known.channelType = channel.type
    known.latencyMode = channel.latencyMode
  }

  static func == (left: ServiceWatch, right: ServiceWatch) -> Bool {
    left.known == right.known && left.due == right.due && left.asked == right.asked
  }

  /// What is known now.
  /// - Parameter wallSeconds: since 1970, for the age of figures.
  func health(wallSeconds: Double) -> ServiceHealth {
    var health = known
    if let figuresTime { health.received?.ageSeconds = max(0, wallSeconds - figuresTime.seconds) }
    health.problem = problems[.stream] ?? problems.sorted { $0.value < $1.value }.first?.value
    return health
  }

  /// A connection to the ingest was made.
  mutating func connected(wallSeconds: Double, hadPriority: Bool, at now: MediaTime) {
    connection = Connection(made: now, wallSeconds: wallSeconds, hadPriority: hadPriority)
    if hadPriority { ownTakeovers = ownTakeovers.suffix(20) + [Timestamp(seconds: wallSeconds)] }
    // What was shown before may be the connection that broke.
    known.state = .unknown
    if lostAt.map({ now - $0 >= Self.ghost }) ?? false { (wasLive, ownStreamID) = (false, nil) }
    saidForeign = false
    due[.stream] = now + .seconds(2)
    if wantsFigures { due[.figures] = now + .seconds(15) }
  }

  /// The connection is gone.
  /// - Parameter isWished: the broadcast ends, or the operator wanted another connection: there is nothing to explain.
  mutating func disconnected(isWished: Bool, at now: MediaTime) {
    guard let connection else { return }
    lost = (
      wasLive ? ownStreamID : nil,
      StreamDiagnosis.Connection(
        since: Timestamp(seconds: connection.wallSeconds), hadPriority: connection.hadPriority)
    )
    (self.connection, lostAt) = (nil, now)
    due = isWished ? [:] : [.autopsy: now + .seconds(1)]
    autopsies = 0
    known.received = nil
  }

  /// The connection whose end is to be explained, with all takeovers that were our own.
  var lostConnection: StreamDiagnosis.Connection? {
    lost.map { lost in
      var connection = lost.connection
      connection.ownTakeovers = ownTakeovers
      return connection
    }
  }

  /// How long the present connection has held.
  func connectedFor(at now: MediaTime) -> Duration? { connection.map { now - $0.made } }

  /// Whether the service shows this program's stream now.
  var isShown: Bool { connection != nil && known.state == .live }

  /// What to ask now; each is asked once and not again before it was answered.
  mutating func questions(at now: MediaTime) -> [Question] {
    if connection != nil, wantsFigures, due[.figures] == nil { due[.figures] = now }
    if !wantsFigures { due[.figures] = nil }
    if let lastAnswer, now - lastAnswer > Self.memory, known.state == .live { known.state = .unknown }
    let ready = due.filter { $0.value <= now && !asked.contains($0.key) && !forbidden.contains($0.key) }.map(\.key)
    for question in ready {
      asked.insert(question)
      due[question] = nil
    }
    return ready
  }

  /// GetStream's answer; `nil` is offline.
  mutating func answered(_ stream: IVSStream?, at now: MediaTime) -> [News] {
    succeeded(.stream)
    lastAnswer = now
    guard let connection else { return [] }
    guard let stream else { return answeredOffline(at: now) }
    guard isOurs(stream, connection) else {
      (known.state, known.health, known.viewers) = (.offline, "OFFLINE", nil)
      due[.stream] = now + Self.soon
      defer { saidForeign = true }
      return saidForeign ? [] : [.foreign]
    }
    due[.stream] = now + Self.usual
    let before = known.health
    (known.state, known.health) = (.live, stream.health ?? "UNKNOWN")
    known.viewers = stream.viewerCount.flatMap { $0 >= 0 ? $0 : nil } ?? known.viewers
    known.startClock = stream.startTime.map(Self.clock) ?? known.startClock
    known.streamID = stream.streamId
    let isNew = ownStreamID != stream.streamId
    defer { (wasLive, ownStreamID) = (true, stream.streamId) }
    if !wasLive || isNew {
      due[.session] = now + .seconds(1)
      return [.onAir(streamID: stream.streamId, isNew: isNew)]
    }
    guard before != known.health, known.health == "STARVING" || before == "STARVING" else { return [] }
    due[.session] = now + .seconds(1)
    return [.health(known.health)]
  }

  private mutating func answeredOffline(at now: MediaTime) -> [News] {
    (known.state, known.health, known.viewers) = (.offline, "OFFLINE", nil)
    due[.stream] = now + Self.soon
    defer { wasLive = false }
    return wasLive ? [.gone] : []
  }

  /// Whether what the service shows is what this connection sends, and not another broadcaster's stream.
  private func isOurs(_ stream: IVSStream, _ connection: Connection) -> Bool {
    if connection.hadPriority || (ownStreamID != nil && stream.streamId == ownStreamID) { return true }
    guard let start = stream.startTime else { return true }
    return start.seconds >= connection.wallSeconds - 10
  }

  /// GetStreamSession's answer, for what the service found in the stream and what happened to it.
  mutating func answered(session: IVSStreamSession?, at now: MediaTime) -> [News] {
    succeeded(.session)
    return take(session)
  }

  /// GetStreamSession's answer after a connection broke.
  mutating func answered(autopsy session: IVSStreamSession?, at now: MediaTime) -> [News] {
    succeeded(.autopsy)
    let finding = StreamDiagnosis.explain(session, of: lostConnection)
    known.explanation = finding.text
    return [.explained(finding)]
  }

  private mutating func take(_ session: IVSStreamSession?) -> [News] {
    guard let session else { return [] }
    let all = session.events
    if let video = session.video {
      let size = video.videoWidth.flatMap { width in video.videoHeight.map { "\(width)x\($0)" } }
      let rate = video.targetFramerate.map { "@\($0)" } ?? ""
      let bitrate = video.targetBitrate.map { "\($0 / 1000) kbit/s announced" }
      known.found = [size.map { $0 + rate }, video.codec, bitrate].compactMap { $0 }.joined(separator: ", ")
    }
    let fresh = session.streamId == ownStreamID ? max(0, all.count - seenEvents) : all.count
    seenEvents = all.count
    known.events = all.prefix(20).map { event in
      ServiceHealth.Event(
        clock: event.eventTime.map(Self.clock) ?? "", name: event.name ?? event.type ?? "event", code: event.code)
    }
    return all.prefix(fresh).reversed().map { .event(name: $0.name ?? $0.type ?? "event", code: $0.code) }
  }

  /// CloudWatch's answer.
  mutating func answered(figures: IngestMetrics, at now: MediaTime) {
    succeeded(.figures)
    if connection != nil { due[.figures] = now + Self.figuresInterval }
    guard !figures.isEmpty, connection != nil else { return }
    var received = ServiceHealth.Received()
    received.videoKilobits = figures.videoBitrate.map { Int($0 / 1000) }
    received.audioKilobits = figures.audioBitrate.map { Int($0 / 1000) }
    received.framesPerSecond = figures.frameRate
    received.keyframeSeconds = figures.keyframeInterval
    known.received = received
    figuresTime = figures.time
  }

  /// A question without an answer.
  mutating func failed(_ question: Question, _ error: IVSError, at now: MediaTime) -> [News] {
    asked.remove(question)
    let isNews = problems[question] == nil
    problems[question] = "\(error)"
    if case .accessDenied = error { forbidden.insert(question) }
    if question == .autopsy {
      // The network that broke the stream is in the way of the question too.
      autopsies += 1
      if autopsies < 4, error.isTransient { due[.autopsy] = now + Self.soon }
    } else if connection != nil {
      due[question] = now + (error.isTransient ? Self.usual : .seconds(60))
    }
    return isNews ? [.unknown("\(error)")] : []
  }

  private mutating func succeeded(_ question: Question) {
    asked.remove(question)
    problems[question] = nil
  }

  private static func clock(_ time: Timestamp) -> String { WallClock.local(time.seconds, "%H:%M:%S") }
}
