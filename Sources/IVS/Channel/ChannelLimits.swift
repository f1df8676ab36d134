public import Media

/// What a channel's settings allow a broadcast to be (IVS service quotas; IVS streaming configuration).
public struct ChannelLimits: Equatable, Sendable {
  /// What is about to be sent.
  public struct Plan: Equatable, Sendable {
    /// The picture on air.
    public var size: PictureSize
    /// Frames a second.
    public var frameRate: Double
    /// Of the picture.
    public var videoBitrate: Bitrate
    /// Of the sound.
    public var audioBitrate: Bitrate
    /// RTMP or SRT without encryption.
    public var isInTheClear: Bool

    /// Makes a plan.
    public init(
      size: PictureSize, frameRate: Double, videoBitrate: Bitrate, audioBitrate: Bitrate, isInTheClear: Bool
    ) {
      self.size = size
      self.frameRate = frameRate
      self.videoBitrate = videoBitrate
      self.audioBitrate = audioBitrate
      self.isInTheClear = isInTheClear
    }
  }

  /// The setting that a finding is about.
  public enum Subject: String, Sendable { case size, frameRate, bitrate, encryption, multitrack }

  /// Something about a plan that the operator should know.
  public struct Finding: Equatable, Sendable, CustomStringConvertible {
    /// Whether the channel would end the stream.
    public var isRefusal: Bool
    /// What is wrong, and the nearest that fits.
    public var explanation: Explanation
    /// Which setting would put it right.
    public var subject: Subject

    /// Both in a line.
    public var description: String { explanation.description }
  }

  /// Most pixels of an edge.
  public static let longestEdge = 1920
  /// Most pixels in all.
  public static let mostPixels = 2_073_600
  /// Most frames a second.
  public static let highestFrameRate = 60.0
  /// Above this a standard channel's 720p is transcoded to less: more buys nothing.
  public static let standard720Kilobits = 3_400
  /// The encoder overshoots, and RTMP adds its own: part of a limit that the settings may fill.
  public static let headroom = 0.97

  private let channel: IVSChannel

  /// The limits of this channel.
  public init(_ channel: IVSChannel) { self.channel = channel }

  /// The most that may arrive in all, picture and sound, for a picture of that size.
  public func mostBitrate(for size: PictureSize) -> Bitrate {
    switch channel.kind {
    case .basic: Bitrate(bitsPerSecond: Self.isAbove480p(size) ? 3_500_000 : 1_500_000)
    case .standard, .advancedSD, .advancedHD: Bitrate(bitsPerSecond: 8_500_000)
    }
  }

  /// Everything to say about a plan; refusals first.
  public func findings(_ plan: Plan) -> [Finding] {
    var found: [Finding] = []
    func refuse(_ subject: Subject, _ what: String, _ remedy: String) {
      found.append(Finding(isRefusal: true, explanation: Explanation("\(title) \(what)", remedy), subject: subject))
    }
    if max(plan.size.width, plan.size.height) > Self.longestEdge || plan.size.pixels > Self.mostPixels {
      refuse(
        .size,
        "takes at most \(Self.longestEdge) pixels an edge and 2,073,600 in all, not \(plan.size)", "choose 1920x1080")
    }
    if plan.frameRate > Self.highestFrameRate {
      refuse(
        .frameRate,
        "takes at most 60 frames a second", "choose `video` \(plan.size)@60")
    }
    let total = plan.videoBitrate.bitsPerSecond + plan.audioBitrate.bitsPerSecond
    let most = mostBitrate(for: plan.size)
    if Double(total) > Double(most.bitsPerSecond) * Self.headroom {
      refuse(.bitrate, "takes \(limitText(plan.size))", nearest(plan, most))
    }
    if plan.isInTheClear, channel.insecureIngest != true {
      refuse(.encryption, "takes no stream in the clear", "use rtmps://, or allow insecure ingest on the channel")
    }
    if let multitrack = channel.multitrackInputConfiguration, multitrack.enabled == true, multitrack.policy == "REQUIRE"
    {
      refuse(
        .multitrack,
        "requires several renditions from the encoder (multitrack), which this program does not send",
        "set its multitrack policy to ALLOW")
    }
    if channel.kind == .standard, Self.isAbove480p(plan.size), Self.isWithin720p(plan.size),
      plan.videoBitrate.kilobitsPerSecond > Self.standard720Kilobits
    {
      let what = "transcodes 720p to at most \(Self.standard720Kilobits) kbit/s, and more than that buys nothing"
      let remedy = "change `video-bitrate` or the channel, or leave it so"
      found.append(
        Finding(isRefusal: false, explanation: Explanation("\(title) \(what)", remedy), subject: .bitrate))
    }
    return found
  }

  private var title: String { "channel '\(channel.title)' (\(channel.kind.rawValue))" }

  private func limitText(_ size: PictureSize) -> String {
    switch channel.kind {
    case .basic: "at most 1500 kbit/s up to 480p and 3500 kbit/s above, sound included"
    default: "at most 8500 kbit/s, sound included"
    }
  }

  /// The nearest that fits, in words.
  private func nearest(_ plan: Plan, _ most: Bitrate) -> String {
    let room = Int(Double(most.bitsPerSecond) * Self.headroom) - plan.audioBitrate.bitsPerSecond
    let kilobits = max(0, room / 1000 / 50 * 50)
    var text = "choose `video-bitrate` \(kilobits)k, the nearest that fits \(plan.size)"
    if channel.kind == .basic, !Self.isAbove480p(plan.size) {
      text += ", or a picture above 480p with up to \(fitAbove480(plan))k"
    }
    return text
  }

  private func fitAbove480(_ plan: Plan) -> Int {
    (Int(3_500_000 * Self.headroom) - plan.audioBitrate.bitsPerSecond) / 1000 / 50 * 50
  }

  /// 480p is 852x480 in either orientation.
  private static func isAbove480p(_ size: PictureSize) -> Bool {
    min(size.width, size.height) > 480 || size.pixels > 854 * 480
  }

  private static func isWithin720p(_ size: PictureSize) -> Bool { size.pixels <= 1280 * 720 }
}
