internal import Interface

/// Whether what IVS receives is what is sent.
///
/// Pure. Both sides are averages over some seconds, so that small differences say nothing.
struct IngestMismatch: Equatable, Sendable {
  /// What this machine sends.
  struct Sent: Equatable, Sendable {
    var videoKilobits: Int
    var framesPerSecond: Double
    /// Since this connection was made.
    var seconds: Double
    /// Since the bitrate was changed last; older figures say nothing of it.
    var steadySeconds = Double.infinity
  }

  /// A stream that is sent for so long is shown by then, or something is wrong.
  static let shownWithin = 30.0
  /// CloudWatch's figures are of up to so long ago.
  static let figuresDelay = 45.0

  /// The alarm in words; `nil` where both agree, or nothing is known.
  static func alarm(_ health: ServiceHealth, _ sent: Sent) -> String? {
    if health.state == .offline, sent.seconds > shownWithin {
      return "sent for \(Int(sent.seconds)) s, but IVS shows no stream"
    }
    guard health.state == .live else { return nil }
    if health.health == "STARVING" { return "IVS is starving: less arrives than was announced" }
    guard let received = health.received, received.ageSeconds < 60, sent.seconds > 20,
      sent.steadySeconds > figuresDelay
    else { return nil }
    if let kilobits = received.videoKilobits, sent.videoKilobits > 0,
      Double(kilobits) < 0.75 * Double(sent.videoKilobits)
    {
      return "IVS receives \(kilobits) kbit/s of the \(sent.videoKilobits) that are sent"
    }
    if let rate = received.framesPerSecond, sent.framesPerSecond > 0, rate < 0.85 * sent.framesPerSecond {
      return "IVS receives \(Int(rate.rounded())) of \(Int(sent.framesPerSecond.rounded())) frames a second"
    }
    if let seconds = received.keyframeSeconds, seconds > 5 {
      return "IVS sees a key frame each \(Int(seconds.rounded())) s: it takes at most 5"
    }
    return nil
  }
}
