internal import FoundationEssentials
internal import Media

/// What the proxy tells its client, one JSON object in a text frame: `{"type":"state","state":"live"}`.
public enum ServerEvent: Equatable, Sendable {
  /// The token was accepted; `session` is what the client goes on with after a lost connection.
  case session(Session)
  /// The ingest connection changed.
  case state(State)
  /// Figures, each second.
  case statistics(Statistics)
  /// The ingest takes less than comes.
  case congestion(Congestion)
  /// Something that viewers may notice.
  case warning(Notice)
  /// The stream ought to go on over another connection, which may lead to another proxy; this one stays until the client
  /// ends it, but not for long. Only told to clients that have ``ClientFeature/move``.
  case move(Notice)
  /// Why the connection is closed next.
  case error(Notice)

  /// The session that a client has.
  public struct Session: Codable, Equatable, Sendable {
    /// Its name, see ``SessionID``.
    public var session: String
    /// The channel that it publishes to.
    public var channel: String

    /// Makes it.
    public init(session: String, channel: String) {
      self.session = session
      self.channel = channel
    }
  }

  /// The ingest connection.
  public struct State: Codable, Equatable, Sendable {
    /// Where it is.
    public enum Name: String, Codable, Sendable { case connecting, live, waiting, ended }

    /// Where it is.
    public var state: Name
    /// Which attempt this is, from one.
    public var attempt: Int?
    /// Why it is so.
    public var reason: String?

    /// Makes it.
    public init(_ state: Name, attempt: Int? = nil, reason: String? = nil) {
      self.state = state
      self.attempt = attempt
      self.reason = reason
    }
  }

  /// What the proxy measures.
  public struct Statistics: Codable, Equatable, Sendable {
    /// Since the first ingest connection began.
    public var secondsOnAir = 0.0
    /// From the client, in all.
    public var bytesReceived: UInt64 = 0
    /// To the ingest, in all.
    public var bytesSent: UInt64 = 0
    /// By the ingest's RTMP, else by its TCP; on this connection.
    public var bytesAcknowledged: UInt64 = 0
    /// From the client, over the last second.
    public var kilobitsPerSecond = 0
    /// Pictures from the client, over the last second.
    public var framesPerSecond = 0.0
    /// Between the last two keyframes; `nil` before the second.
    public var keyframeIntervalSeconds: Double?
    /// The time that what waits for the ingest takes, in this process and in the kernel.
    public var queueMilliseconds = 0.0
    /// To the ingest.
    public var roundTripMilliseconds = 0.0
    /// Reconnects to the ingest.
    public var reconnects = 0

    /// Nothing measured yet.
    public init() {}

    /// Without numbers that only a joker measures.
    fileprivate var bounded: Statistics {
      var figures = self
      figures.secondsOnAir = Self.bounded(secondsOnAir)
      // Nobody acknowledges what was not sent.
      figures.bytesAcknowledged = min(bytesAcknowledged, bytesSent)
      figures.kilobitsPerSecond = min(max(0, kilobitsPerSecond), 1_000_000)
      figures.framesPerSecond = Self.bounded(framesPerSecond, by: 1000)
      figures.keyframeIntervalSeconds = keyframeIntervalSeconds.map { Self.bounded($0) }
      figures.queueMilliseconds = Self.bounded(queueMilliseconds)
      figures.roundTripMilliseconds = Self.bounded(roundTripMilliseconds)
      figures.reconnects = min(max(0, reconnects), 1_000_000_000)
      return figures
    }

    fileprivate static func bounded(_ value: Double, by limit: Double = 1e9) -> Double {
      value.isFinite ? min(max(0, value), limit) : 0
    }
  }

  /// What a client ought to know about a slow ingest.
  public struct Congestion: Codable, Equatable, Sendable {
    /// The time that what waits for the ingest takes.
    public var queueMilliseconds: Double
    /// What the ingest seems to take; `nil` while that is not known.
    public var suggestedKilobits: Int?

    /// Makes it.
    public init(queueMilliseconds: Double, suggestedKilobits: Int?) {
      self.queueMilliseconds = queueMilliseconds
      self.suggestedKilobits = suggestedKilobits
    }
  }

  /// Something in words, with a word for programs.
  public struct Notice: Codable, Equatable, Sendable {
    /// A word for programs: `channel-busy`.
    public var code: String
    /// A sentence for people.
    public var message: String

    /// Makes it.
    public init(code: String, message: String) {
      self.code = code
      self.message = message
    }
  }

  /// One line of JSON.
  public var json: String {
    let (type, body): (String, any Encodable) =
      switch self {
      case .session(let body): ("session", body)
      case .state(let body): ("state", body)
      case .statistics(let body): ("statistics", body)
      case .congestion(let body): ("congestion", body)
      case .warning(let body): ("warning", body)
      case .move(let body): ("move", body)
      case .error(let body): ("error", body)
      }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.withoutEscapingSlashes]
    guard let data = try? encoder.encode(Typed(type: type, body: body)) else { return "{\"type\":\"\(type)\"}" }
    return String(decoding: data, as: UTF8.self)
  }

  /// Reads an event; `nil` for one that this version does not know.
  public init?(json: String) {
    guard json.utf8.count <= 1 << 16 else { return nil }
    let (decoder, data) = (JSONDecoder(), Data(json.utf8))
    guard let type = try? decoder.decode(TypeName.self, from: data).type else { return nil }
    func body<Body: Decodable>(_ make: (Body) -> ServerEvent) -> ServerEvent? {
      (try? decoder.decode(Body.self, from: data)).map(make)
    }
    let event: ServerEvent? =
      switch type {
      case "session": body { .session($0) }
      case "state": body { .state($0) }
      case "statistics": body { .statistics($0) }
      case "congestion": body { .congestion($0) }
      case "warning": body { .warning($0) }
      case "move": body { .move($0) }
      case "error": body { .error($0) }
      default: nil
      }
    guard let event else { return nil }
    self = event.bounded
  }

  /// The same as it may be shown and calculated with: the proxy chooses the words and the numbers.
  private var bounded: ServerEvent {
    func notice(_ text: Notice) -> Notice {
      Notice(code: ForeignText.cleaned(text.code, limit: 64), message: ForeignText.cleaned(text.message, limit: 500))
    }
    switch self {
    case .session(var session):
      session.channel = ForeignText.cleaned(session.channel, limit: 64)
      return .session(session)
    case .state(var state):
      state.attempt = state.attempt.map { min(max(0, $0), 1_000_000) }
      state.reason = state.reason.map { ForeignText.cleaned($0, limit: 500) }
      return .state(state)
    case .statistics(let figures): return .statistics(figures.bounded)
    case .congestion(var congestion):
      congestion.queueMilliseconds = Statistics.bounded(congestion.queueMilliseconds)
      congestion.suggestedKilobits = congestion.suggestedKilobits.map { min(max(0, $0), 1_000_000) }
      return .congestion(congestion)
    case .warning(let text): return .warning(notice(text))
    case .move(let text): return .move(notice(text))
    case .error(let text): return .error(notice(text))
    }
  }

  private struct TypeName: Decodable {
    var type: String
  }

  private struct Typed: Encodable {
    enum Keys: String, CodingKey { case type }

    var type: String
    var body: any Encodable

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Keys.self)
      try container.encode(type, forKey: .type)
      try body.encode(to: encoder)
    }
  }
}
