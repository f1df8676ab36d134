/// How the bitrate follows the network.
public struct RateStatus: Codable, Equatable, Sendable {
  /// One change of the bitrate that is allowed, and why.
  public struct Decision: Codable, Equatable, Sendable {
    /// Counts up for the life of the process.
    public var id = 0
    /// Wall clock for display: `14:03:22`.
    public var clock = ""
    /// The video bitrate that is allowed from here on.
    public var kilobits = 0
    /// What it was.
    public var kilobitsBefore = 0
    /// What the path takes in all; `nil` while that is not known.
    public var pathKilobits: Int?
    /// The time that what was on its way needed; `nil` while that is not known.
    public var delayMilliseconds: Double?
    /// Why, in words.
    public var reason = ""

    /// Nothing decided.
    public init() {}

    /// `600 kbit/s: the path takes 910 kbit/s`.
    public var text: String { "\(kilobits) kbit/s: \(reason)" }
  }

  /// So many decisions are kept.
  public static let limit = 200

  /// Whether the bitrate follows the network.
  public var isAdaptive = true
  /// The video bitrate that the operator wants.
  public var requestedKilobits = 0
  /// The least that it is lowered to.
  public var minimumKilobits = 0
  /// What the network allows; `nil` while it allows what is wanted.
  public var allowedKilobits: Int?
  /// What the path takes in all, as it was measured last; `nil` while that is not known.
  public var pathKilobits: Int?
  /// From a picture's capture to its acknowledgement, at most.
  public var delayLimitMilliseconds = 0.0
  /// Slots that showed the picture before once more because the network was too slow.
  public var framesHeldBack = 0
  /// The last decisions, oldest first, at most ``limit``; JSON lines have the new ones only.
  public var decisions: [Decision] = []

  /// Nothing known yet.
  public init() {}
}
