internal import IVS
internal import Interface
internal import Media

/// When to ask IVS what about a stream, and what its answers mean.
///
/// Pure: the monitor asks and reports. GetStream is asked each 5 s until the stream is shown, each 15 s afterwards: five
/// a second are there for all of the account. Figures are asked each 30 s, and only where they are wanted.
struct MonitorStateMachine: Sendable {
  typealias Question = PollSchedule.Question

  /// What happened.
  enum Event: Sendable {
    /// A connection to the ingest was made, at this time of the service's clock, since 1970.
    case connected(wallSeconds: Double, hadPriority: Bool)
    /// The connection is gone; where the operator wanted that, there is nothing to explain.
    case disconnected(isRequested: Bool)
    /// CloudWatch is to be asked what arrives, or no longer.
    case figuresRequested(Bool)
    /// The encoder was given another bitrate: older figures say nothing of it.
    case bitrateChanged
    case answered(Answer)
    case failed(Question, IVSError)
    /// The time of ``nextDue`` has come.
    case due
  }

  /// What the service says; `nil` is nothing.
  enum Answer: Sendable {
    case stream(IVSStream?)
    case session(IVSStreamSession?)
    case explanation(IVSStreamSession?)
    case figures(IngestMetrics)
  }

  /// What the monitor has to do.
  enum Effect: Equatable, Sendable {
    case ask(Question)
    case tell(Notice)
  }

  /// What the operator should be told, once.
  enum Notice: Equatable, Sendable {
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
    let wallSeconds: Double
    /// Whether it came to take a stream over.
    let hadPriority: Bool
  }

  static let soon: Duration = .seconds(5)
  static let interval: Duration = .seconds(15)
  static let figuresInterval: Duration = .seconds(30)
  /// What was known holds so long without an answer.
  static let memory: Duration = .seconds(60)
  /// A channel stays with a connection that broke for so long.
  static let ghost: Duration = .seconds(30)

  /// The connection that was lost last, and what is to be read of it.
  private(set) var lost: (streamID: String?, connection: StreamDiagnosis.Connection)?
  private(set) var connection: Connection?
  var known = ServiceHealth(health: "UNKNOWN")
  var schedule = PollSchedule()
  var wantsFigures: Bool
  var explanations = 0
  /// This program's stream, once it was shown.
  var ownStreamID: String?
  var wasLive = false
  var saidForeign = false
  var lastAnswer: MediaTime?
  var figuresTime: Timestamp?
  var seenEvents = 0
  private var lostAt: MediaTime?
  private var steadySince: MediaTime?
  private var ownTakeovers: [Timestamp] = []

  init(channel: IVSChannel, wantsFigures: Bool) {
    self.wantsFigures = wantsFigures
    known.channelType = channel.type
    known.latencyMode = channel.latencyMode
  }

  /// Takes an event and says what to do.
  /// - Parameter now: CLOCK_MONOTONIC.
  mutating func handle(_ event: Event, at now: MediaTime) -> [Effect] {
    var notices: [Notice] = []
    switch event {
    case .connected(let wallSeconds, let hadPriority):
      connected(Connection(made: now, wallSeconds: wallSeconds, hadPriority: hadPriority))
    case .disconnected(let isRequested): disconnected(isRequested: isRequested, at: now)
    case .figuresRequested(let isRequested):
      wantsFigures = isRequested
      if !isRequested { known.received = nil }
      if isRequested, connection != nil { schedule.plan(.figures, at: now) } else { schedule.drop(.figures) }
    case .bitrateChanged: steadySince = now
    case .answered(let answer): notices = answered(answer, at: now)
    case .failed(let question, let error): notices = failed(question, error, at: now)
    case .due: break
    }
    if let lastAnswer, now - lastAnswer > Self.memory, known.state == .live { known.state = .unknown }
    return notices.map(Effect.tell) + schedule.take(at: now).map(Effect.ask)
  }

  /// When ``Event/due`` is to be reported; `nil` where nothing is to come.
  var nextDue: MediaTime? {
    let forgotten = known.state == .live ? lastAnswer.map { $0 + Self.memory + .milliseconds(1) } : nil
    return [schedule.next, forgotten].compactMap { $0 }.min()
  }

  private mutating func connected(_ new: Connection) {
    connection = new
    steadySince = steadySince ?? new.made
    if new.hadPriority { ownTakeovers = ownTakeovers.suffix(20) + [Timestamp(seconds: new.wallSeconds)] }
    // What was shown before may be the connection that broke.
    known.state = .unknown
    if lostAt.map({ new.made - $0 >= Self.ghost }) ?? false { (wasLive, ownStreamID) = (false, nil) }
    saidForeign = false
    schedule.plan(.stream, at: new.made + .seconds(2))
    if wantsFigures { schedule.plan(.figures, at: new.made + .seconds(15)) }
  }

  private mutating func disconnected(isRequested: Bool, at now: MediaTime) {
    guard let connection else { return }
    lost = (
      wasLive ? ownStreamID : nil,
      StreamDiagnosis.Connection(
        since: Timestamp(seconds: connection.wallSeconds), hadPriority: connection.hadPriority)
    )
    (self.connection, lostAt) = (nil, now)
    schedule.clear()
    if !isRequested { schedule.plan(.explanation, at: now + .seconds(1)) }
    explanations = 0
    known.received = nil
  }

  // MARK: What is known

  /// What is known now, beside what is sent.
  /// - Parameter wallSeconds: since 1970, for the age of figures.
  func health(videoKilobits: Int, framesPerSecond: Double, wallSeconds: Double, at now: MediaTime) -> ServiceHealth {
    var health = known
    if let figuresTime { health.received?.ageSeconds = max(0, wallSeconds - figuresTime.seconds) }
    health.problem = schedule.problem
    if let connection {
      health.divergence = IngestMismatch.alarm(
        health,
        IngestMismatch.Sent(
          videoKilobits: videoKilobits, framesPerSecond: framesPerSecond, seconds: (now - connection.made).inSeconds,
          steadySeconds: (now - (steadySince ?? connection.made)).inSeconds))
    }
    return health
  }

  /// The connection whose end is to be explained, with all takeovers that were our own.
  var lostConnection: StreamDiagnosis.Connection? {
    lost.map { lost in
      var connection = lost.connection
      connection.ownTakeovers = ownTakeovers
      return connection
    }
  }

  /// Whether the service shows this program's stream now.
  var isShown: Bool { connection != nil && known.state == .live }
}
