extension FakeIVS {
  /// A channel that was made.
  public struct Channel: Decodable, Sendable {
    /// Its ARN.
    public var arn: String
    /// Its name.
    public var name: String
    /// The value of its key.
    public var streamKey: String
    /// The ARN of its key.
    public var streamKeyArn: String
    /// Host and port of the ingest.
    public var ingestEndpoint: String
  }

  /// A request that came.
  public struct Request: Decodable, Sendable {
    /// When, in seconds since 1970.
    public var time: Double
    /// `ivs`, `cloudwatch`, `sts` or `ingest`.
    public var service: String
    /// The operation; empty where it did not get so far.
    public var operation: String
    /// Who signed it.
    public var identity: String?
    /// Whether its form and signature were right.
    public var valid: Bool
    /// What was wrong.
    public var reason: String?
    /// The code of the error that was answered.
    public var error: String?
    /// The HTTP status that was answered; none where the connection was closed.
    public var status: Int?
  }

  /// Metadata that was put into a stream.
  public struct Metadata: Decodable, Sendable {
    /// Into which channel.
    public var channelArn: String
    /// Into which stream.
    public var streamId: String
    /// The text.
    public var metadata: String
    /// When, in seconds since 1970.
    public var time: Double
  }

  /// What the fake knows.
  public struct State: Decodable, Sendable {
    /// All channels.
    public var channels: [ChannelState]
    /// The publishers that were refused.
    public var refusals: [Refusal]
  }

  /// A channel as it is now.
  public struct ChannelState: Decodable, Sendable {
    /// Its ARN.
    public var arn: String
    /// Its name.
    public var name: String
    /// The value of its key, while it has one.
    public var streamKey: String?
    /// Its sessions, oldest first.
    public var sessions: [Session]
  }

  /// A publisher that was refused.
  public struct Refusal: Decodable, Sendable {
    /// The key that it came with.
    public var key: String?
    /// Why.
    public var reason: String
  }

  /// A stream session.
  public struct Session: Decodable, Sendable {
    /// Its id, which a takeover keeps.
    public var streamId: String
    /// Whether it has not ended.
    public var isActive: Bool
    /// Whether it can be viewed.
    public var isLive: Bool
    /// HEALTHY or STARVING.
    public var health: String
    /// The priority of its publisher.
    public var priority: Int?
    /// How often another publisher took over.
    public var takeovers: Int
    /// Video frames that arrived.
    public var frames: Int
    /// Key frames that arrived.
    public var keyFrames: Int
    /// Bytes of media that arrived.
    public var bytes: Int
    /// Whether the publisher came by RTMPS.
    public var isEncrypted: Bool
    /// Paths of what was recorded, one FLV for each publisher; they go with the fake.
    public var recordings: [String]
    /// What happened, oldest first.
    public var events: [Event]
  }

  /// Something that happened in a session.
  public struct Event: Decodable, Sendable {
    /// Such as `Stream Start`.
    public var name: String
    /// Such as `IVS Stream State Change`.
    public var type: String
    /// Why, where a code says that.
    public var code: String?
  }

  /// What goes wrong on demand.
  public struct Fault: Encodable, Sendable {
    /// The operation, `*` for any, or `publish` for publishers at the ingest.
    public var operation: String
    /// A code of the service or of AWS, such as `ThrottlingException`; `nil` for a usual answer after `delay`.
    public var error: String?
    /// How many requests it meets.
    public var times: Int
    /// Seconds before the answer.
    public var delay: Double
    /// The HTTP status, where it is not the error's own.
    public var status: Int?
    /// An answer as it is, instead of JSON.
    public var body: String?
    /// Closes the connection without an answer.
    public var close: Bool
    /// Stays for good.
    public var isSticky: Bool

    /// Describes one.
    public init(
      _ operation: String, error: String? = nil, times: Int = 1, delay: Double = 0, status: Int? = nil,
      body: String? = nil, close: Bool = false, isSticky: Bool = false
    ) {
      self.operation = operation
      self.error = error
      self.times = times
      self.delay = delay
      self.status = status
      self.body = body
      self.close = close
      self.isSticky = isSticky
    }
  }

  /// What can be changed while it runs.
  ///
  /// What is `nil` stays as it is. Times are in seconds.
  public struct Settings: Encodable, Sendable {
    /// Whether requests over the documented rates are refused.
    public var throttle: Bool?
    /// `model`, `message`, `Message`, `type` or `suffix`.
    public var errorSpelling: String?
    /// Whether times have fractions of seconds.
    public var fractionalTimes: Bool?
    /// How many channels there may be.
    public var channelQuota: Int?
    /// How often a stream may be taken over.
    public var takeoverLimit: Int?
    /// How long nothing may arrive.
    public var idleSeconds: Double?
    /// How long a stream may be.
    public var maximumSeconds: Double?
    /// How much media has to arrive before a stream counts as started.
    public var startSeconds: Double?
    /// Which part of what was advertised is too little.
    public var starvingBelow: Double?
    /// Whether bitrates, sizes and codecs are limited.
    public var enforceLimits: Bool?

    /// Describes a change of what is not `nil`.
    public init(
      throttle: Bool? = nil, errorSpelling: String? = nil, fractionalTimes: Bool? = nil, channelQuota: Int? = nil,
      takeoverLimit: Int? = nil, idleSeconds: Double? = nil, maximumSeconds: Double? = nil,
      startSeconds: Double? = nil, starvingBelow: Double? = nil, enforceLimits: Bool? = nil
    ) {
      self.throttle = throttle
      self.errorSpelling = errorSpelling
      self.fractionalTimes = fractionalTimes
      self.channelQuota = channelQuota
      self.takeoverLimit = takeoverLimit
      self.idleSeconds = idleSeconds
      self.maximumSeconds = maximumSeconds
      self.startSeconds = startSeconds
      self.starvingBelow = starvingBelow
      self.enforceLimits = enforceLimits
    }
  }

  /// What can be done to a running stream.
  public enum StreamAction: String, Sendable {
    /// Makes its connection half dead: nothing of it counts, and its end goes unnoticed, until the idle time is over.
    case stall
    /// Cuts its connection.
    case cut
    /// Ends its session, with a code if there is one.
    case end
  }

  /// How the ingest is.
  public enum IngestState: String, Sendable {
    /// It takes publishers.
    case up
    /// It has crashed; TLS connections are closed at once, plain ones are refused.
    case down
    /// It stands still, but its connections stay.
    case frozen
  }
}
