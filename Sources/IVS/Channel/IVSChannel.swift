/// A channel as the API describes it (Channel and ChannelSummary of the IVS API); fields that a summary lacks are `nil`.
public struct IVSChannel: Codable, Equatable, Sendable {
  /// What a channel does with what it receives, and how much that may be.
  public enum Kind: String, Sendable, CaseIterable {
    case basic = "BASIC"
    case standard = "STANDARD"
    case advancedSD = "ADVANCED_SD"
    case advancedHD = "ADVANCED_HD"
  }

  /// More than one rendition from the encoder (Enhanced RTMP).
  public struct MultitrackInput: Codable, Equatable, Sendable {
    /// Whether it may come.
    public var enabled: Bool?
    /// `ALLOW` or `REQUIRE`.
    public var policy: String?
  }

  /// Where SRT goes; the passphrase shows in no dump.
  public struct SRT: Codable, Equatable, Sendable, CustomReflectable {
    /// A host name.
    public var endpoint: String?
    package var passphrase: String?
    /// The endpoint alone.
    public var customMirror: Mirror { Mirror(self, children: ["endpoint": endpoint as Any]) }
  }

  /// Its resource name.
  public var arn: ChannelARN
  /// Not unique, and may be empty.
  public var name: String?
  /// `LOW` or `NORMAL`.
  public var latencyMode: String?
  /// ``Kind`` as the API spells it; a kind that is not known yet is no error.
  public var type: String?
  /// The ingest's host name, without scheme, port and application.
  public var ingestEndpoint: String?
  /// Where viewers get it.
  public var playbackUrl: String?
  /// Whether viewers need a token.
  public var authorized: Bool?
  /// Whether RTMP and SRT are taken in the clear.
  public var insecureIngest: Bool?
  /// The transcode preset of the advanced kinds.
  public var preset: String?
  /// Where SRT goes.
  public var srt: SRT?
  /// Whether and how several renditions may come.
  public var multitrackInputConfiguration: MultitrackInput?
  /// `TS` or `FRAGMENTED_MP4`.
  public var containerFormat: String?
  /// The recording configuration; empty where nothing is recorded.
  public var recordingConfigurationArn: String?
  /// Tags.
  public var tags: [String: String]?

  /// A channel of which only the name is known.
  public init(arn: ChannelARN) { self.arn = arn }

  /// What kind it is; a channel whose kind is not known is a standard one, as for the API.
  public var kind: Kind { type.flatMap(Kind.init) ?? .standard }

  /// What people call it: its name, else the last part of its ARN.
  public var title: String { name.flatMap { $0.isEmpty ? nil : $0 } ?? arn.id }

  /// Where to publish, `rtmps://HOST:443/app`, without the key; `nil` in a summary.
  ///
  /// The endpoint is a host name; a port that it carries all the same is used instead of 443.
  public var ingestURL: String? {
    guard let ingestEndpoint, !ingestEndpoint.isEmpty else { return nil }
    let port = ingestEndpoint.split(separator: ":", omittingEmptySubsequences: false).last ?? ""
    let hasPort = port.utf8.count < ingestEndpoint.utf8.count && !port.isEmpty && port.allSatisfy(\.isWholeNumber)
    return "rtmps://\(ingestEndpoint)\(hasPort ? "" : ":443")/app"
  }
}

/// The right to publish to a channel; its value shows in no dump.
public struct IVSStreamKey: Codable, Equatable, Sendable, CustomReflectable {
  /// Its resource name.
  public var arn: String
  /// The channel that it belongs to.
  public var channelArn: String?
  /// The secret; not in lists.
  package var value: String?

  /// The name alone.
  public var customMirror: Mirror { Mirror(self, children: ["arn": arn]) }
}

/// What a channel is to be; fields that are `nil` are left to the service, or as they are.
public struct ChannelAttributes: Codable, Equatable, Sendable {
  /// Letters, digits, `-` and `_`, at most 128.
  public var name: String?
  /// `LOW` or `NORMAL`.
  public var latencyMode: String?
  /// ``IVSChannel/Kind``.
  public var type: String?
  /// Whether viewers need a token.
  public var authorized: Bool?
  /// Whether RTMP and SRT are taken in the clear.
  public var insecureIngest: Bool?
  /// `HIGHER_BANDWIDTH_DELIVERY` or `CONSTRAINED_BANDWIDTH_DELIVERY`, for the advanced kinds.
  public var preset: String?
  /// The recording configuration; empty ends recording.
  public var recordingConfigurationArn: String?
  /// Tags, for a new channel.
  public var tags: [String: String]?

  /// No attribute given.
  public init() {}
}
