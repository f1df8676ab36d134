/// A stream that IVS receives (Stream and StreamSummary of the API).
public struct IVSStream: Codable, Equatable, Sendable {
  /// The channel.
  public var channelArn: ChannelARN
  /// `st-…`; another one after an end.
  public var streamId: String?
  /// `LIVE` or `OFFLINE`.
  public var state: String?
  /// `HEALTHY`, `STARVING` or `UNKNOWN`.
  public var health: String?
  /// -1 where counting them took too long.
  public var viewerCount: Int?
  /// When it began.
  public var startTime: Timestamp?

  /// A stream of which only the channel is known.
  public init(channelArn: ChannelARN) { self.channelArn = channelArn }
}

/// A stream with its history (StreamSession of the API): what was received, and what happened.
public struct IVSStreamSession: Codable, Equatable, Sendable {
  /// Something that happened to a stream.
  public struct Event: Codable, Equatable, Sendable {
    /// Such as `Stream Start`, `Session Ended` and `Starvation Start`.
    public var name: String?
    /// Such as `IVS Stream State Change` and `IVS Limit Breach`.
    public var type: String?
    /// When.
    public var eventTime: Timestamp?
    /// Why, for failures: such as `StreamTakeoverInvalidPriority`.
    public var code: String?

    /// Makes an event.
    public init(name: String?, type: String? = nil, eventTime: Timestamp? = nil, code: String? = nil) {
      (self.name, self.type, self.eventTime, self.code) = (name, type, eventTime, code)
    }
  }

  /// The picture as the service found it in the stream.
  public struct Video: Codable, Equatable, Sendable {
    /// `avc1.4D401F`.
    public var codec: String?
    /// What onMetaData said.
    public var encoder: String?
    /// bit/s, as announced.
    public var targetBitrate: Int?
    /// Frames a second, as announced.
    public var targetFramerate: Int?
    /// Pixels.
    public var videoWidth: Int?
    /// Pixels.
    public var videoHeight: Int?
  }

  /// The sound as the service found it in the stream.
  public struct Audio: Codable, Equatable, Sendable {
    /// `mp4a.40.2`.
    public var codec: String?
    /// bit/s, as announced.
    public var targetBitrate: Int?
    /// Hz.
    public var sampleRate: Int?
    /// 1 or 2.
    public var channels: Int?
  }

  struct Ingest: Codable, Equatable, Sendable {
    var videoConfigurations: [Video]?
    var audioConfigurations: [Audio]?
  }

  struct OneIngest: Codable, Equatable, Sendable {
    var video: Video?
    var audio: Audio?
  }

  /// `st-…`.
  public var streamId: String?
  /// When it began.
  public var startTime: Timestamp?
  /// `nil` while it is live.
  public var endTime: Timestamp?
  /// Whether an event tells of a failure; in lists alone.
  public var hasErrorEvent: Bool?
  /// The newest first, at most 500.
  public var truncatedEvents: [Event]?
  var ingestConfigurations: Ingest?
  var ingestConfiguration: OneIngest?

  /// A session of which nothing is known.
  public init() {}

  /// The picture; the first of several renditions.
  public var video: Video? { ingestConfigurations?.videoConfigurations?.first ?? ingestConfiguration?.video }
  /// The sound.
  public var audio: Audio? { ingestConfigurations?.audioConfigurations?.first ?? ingestConfiguration?.audio }
  /// The newest first, whatever order they came in.
  public var events: [Event] {
    (truncatedEvents ?? []).enumerated().sorted { left, right in
      let (a, b) = (left.element.eventTime?.seconds ?? 0, right.element.eventTime?.seconds ?? 0)
      return a == b ? left.offset < right.offset : a > b
    }.map(\.element)
  }
}
