/// What Amazon IVS says of the stream that it receives; never with a key.
public struct ServiceHealth: Codable, Equatable, Sendable {
  /// Whether viewers can see it.
  public enum State: String, Codable, Sendable { case unknown, offline, live }

  /// What happened to the stream, as the service wrote it down.
  public struct Event: Codable, Equatable, Sendable {
    /// Wall clock for display: `14:03:22`.
    public var clock: String
    /// `Stream Start`, or the type where there is no name.
    public var name: String
    /// Why, for failures.
    public var code: String?

    /// Makes an event.
    public init(clock: String, name: String, code: String? = nil) {
      (self.clock, self.name, self.code) = (clock, name, code)
    }
  }

  /// What arrived, averaged over a few seconds, as CloudWatch has it.
  public struct Received: Codable, Equatable, Sendable {
    /// Of the picture.
    public var videoKilobits: Int?
    /// Of the sound.
    public var audioKilobits: Int?
    /// Frames a second.
    public var framesPerSecond: Double?
    /// Seconds between key frames.
    public var keyframeSeconds: Double?
    /// How old the figures are.
    public var ageSeconds = 0.0

    /// Nothing known.
    public init() {}
  }

  /// Whether viewers can see it.
  public var state = State.unknown
  /// `HEALTHY`, `STARVING` or `UNKNOWN`; `OFFLINE` where there is no stream.
  public var health: String
  /// Viewers, where it says.
  public var viewers: Int?
  /// When the stream began, wall clock for display.
  public var startClock: String?
  /// The stream's identifier.
  public var streamID: String?
  /// The newest first, at most twenty.
  public var events: [Event] = []
  /// The picture as the service found it in the stream: `1280x720@30 avc1.4D401F, 2500 kbit/s announced`.
  public var found: String?
  /// What arrived; `nil` unless figures were asked for.
  public var received: Received?
  /// What arrives differs from what is sent: an alarm in words.
  public var divergence: String?
  /// Why the last connection ended, in words.
  public var explanation: String?
  /// Why nothing, or nothing new, is known.
  public var problem: String?
  /// Such as `BASIC` and `STANDARD`.
  public var channelType: String?
  /// `LOW` or `NORMAL`.
  public var latencyMode: String?
  /// Metadata that was put into the stream.
  public var metadataSent = 0
  /// Metadata that waits for its turn.
  public var metadataQueued = 0

  /// Makes it.
  public init(health: String, viewers: Int? = nil) {
    self.health = health
    self.viewers = viewers
  }
}

extension BroadcastStatus {
  /// What may be said of a broadcast whose packets go out.
  public enum AirState: String, Sendable {
    /// Nobody but this program says that it is live.
    case live
    /// Packets go out; IVS does not show the stream (yet).
    case sending
    /// IVS shows the stream.
    case onAir
  }

  /// The same as a word: `LIVE`, `SENDING`, `ON AIR`.
  public var airWord: String {
    switch airState {
    case .live: "LIVE"
    case .sending: "SENDING"
    case .onAir: "ON AIR"
    }
  }

  /// What may be said now; only means something while ``phase`` is `live`.
  public var airState: AirState {
    guard let service else { return .live }
    return service.state == .live ? .onAir : .sending
  }
}
