/// One judgement of the stream, in a word and with its reason.
public struct Verdict: Codable, Equatable, Sendable {
  /// How good it is.
  public enum Level: String, Codable, Sendable {
    /// Not known yet.
    case pending
    /// Delivered as wanted; only said when the peer acknowledges bytes.
    case good
    /// Viewers may notice.
    case warning
    /// Viewers do notice.
    case bad
  }

  /// How good it is.
  public var level: Level
  /// Why, in a few words.
  public var reason: String

  /// Makes a verdict.
  public init(level: Level, reason: String) {
    self.level = level
    self.reason = reason
  }

  /// The figures of the last second that a verdict rests on.
  public struct Evidence: Equatable, Sendable {
    /// Seconds since the peer last acknowledged new bytes.
    public var secondsWithoutAcknowledgement = 0.0
    /// Part of the wanted frames that the camera or its driver lost, 0…1.
    public var captureLoss = 0.0
    /// Part of the wanted frames that encoding was too slow for, 0…1.
    public var encoderLoss = 0.0
    /// Part of the wanted frames that the network was too slow for, 0…1.
    public var networkLoss = 0.0
    /// Frame rate over the wanted one.
    public var frameRateShare = 1.0
    /// Media time that waits in this program and in the kernel.
    public var delayMilliseconds = 0.0
    /// What the network allows of the bitrate that is wanted, 0…1.
    public var bitrateShare = 1.0
    /// Why a proxy has no ingest connection; `nil` where it has one, or there is no proxy.
    public var proxyLostIngest: String?
    /// A source that is gone, in words.
    public var lostSource: String?
    /// Whether bytes have been acknowledged at all.
    public var hasDelivered = false
    /// What IVS receives is not what is sent, in words.
    public var serviceAlarm: String?
    /// IVS can be asked, and has not shown the stream yet.
    public var awaitsService = false

    /// Evidence of nothing wrong.
    public init() {}
  }

  /// Judges a live stream: limits of 1 % and 5 % for losses, 95 % and 80 % for the frame rate.
  public static func judge(_ evidence: Evidence) -> Verdict {
    if let reason = evidence.proxyLostIngest {
      return Verdict(level: .bad, reason: "the proxy lost the ingest: \(reason)")
    }
    if evidence.secondsWithoutAcknowledgement >= 3 {
      let seconds = Int(evidence.secondsWithoutAcknowledgement)
      return Verdict(level: .bad, reason: "ingest acknowledges nothing for \(seconds) s")
    }
    let losses = [
      (evidence.networkLoss, "network too slow"), (evidence.encoderLoss, "encoder too slow"),
      (evidence.captureLoss, "camera drops frames"),
    ]
    for (loss, cause) in losses where loss > 0.05 {
      return Verdict(level: .bad, reason: "\(cause): \(percent(loss)) lost")
    }
    if let source = evidence.lostSource { return Verdict(level: .bad, reason: source) }
    if evidence.frameRateShare < 0.8 {
      return Verdict(level: .bad, reason: "frame rate at \(percent(evidence.frameRateShare))")
    }
    if evidence.delayMilliseconds > 1000 {
      return Verdict(level: .bad, reason: "\(Int(evidence.delayMilliseconds)) ms behind")
    }
    if let alarm = evidence.serviceAlarm { return Verdict(level: .bad, reason: alarm) }
    for (loss, cause) in losses where loss > 0.01 {
      return Verdict(level: .warning, reason: "\(cause): \(percent(loss)) lost")
    }
    if evidence.frameRateShare < 0.95 {
      return Verdict(level: .warning, reason: "frame rate at \(percent(evidence.frameRateShare))")
    }
    if evidence.delayMilliseconds > 300 {
      return Verdict(level: .warning, reason: "\(Int(evidence.delayMilliseconds)) ms behind")
    }
    if evidence.bitrateShare < 0.75 {
      return Verdict(level: .warning, reason: "bitrate lowered to \(percent(evidence.bitrateShare))")
    }
    guard evidence.hasDelivered else { return Verdict(level: .pending, reason: "no acknowledgement yet") }
    guard !evidence.awaitsService else {
      return Verdict(level: .pending, reason: "delivered, IVS does not show it yet")
    }
    return Verdict(level: .good, reason: "delivered")
  }

  private static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
}
