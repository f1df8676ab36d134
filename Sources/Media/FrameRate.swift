/// Frames per second as a fraction, so that 30000/1001 stays exact for days.
public struct FrameRate: Hashable, Sendable, Codable, CustomStringConvertible {
  /// Frames in `denominator` seconds.
  public let numerator: Int32
  /// Seconds that hold `numerator` frames.
  public let denominator: Int32

  /// Makes a rate in lowest terms; `nil` unless both parts are positive.
  public init?(_ numerator: Int32, per denominator: Int32 = 1) {
    guard numerator > 0, denominator > 0 else { return nil }
    var (a, b) = (numerator, denominator)
    while b != 0 { (a, b) = (b, a % b) }
    self.numerator = numerator / a
    self.denominator = denominator / a
  }

  /// Thirty frames per second.
  public static let thirty = FrameRate(validNumerator: 30)

  private init(validNumerator: Int32) {
    numerator = validNumerator
    denominator = 1
  }

  /// Reads `30`, `29.97` (taken as 30000/1001), `12.5` or `30000/1001`.
  public init?(parsing text: some StringProtocol) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    if parts.count == 2, let above = Int32(parts[0]), let below = Int32(parts[1]) {
      self.init(above, per: below)
    } else if let whole = Int32(text) {
      self.init(whole)
    } else if let decimal = Double(text), decimal > 0, decimal < 10_000 {
      let ntsc = (decimal.rounded(.up) * 1000 / 1001)
      if abs(ntsc - decimal) < 0.006 {
        self.init(Int32(decimal.rounded(.up)) * 1000, per: 1001)
      } else {
        self.init(Int32((decimal * 1000).rounded()), per: 1000)
      }
    } else {
      return nil
    }
  }

  /// Frames per second.
  public var perSecond: Double { Double(numerator) / Double(denominator) }

  /// The time from one frame to the next.
  public var interval: Duration { .nanoseconds(time(ofFrame: 1).nanoseconds) }

  /// When frame `index` is shown, counted from the origin.
  public func time(ofFrame index: Int64) -> MediaTime {
    MediaTime(ticks: index * Int64(denominator), per: Int64(numerator))
  }

  /// The frame whose time is nearest to `time`.
  public func frame(at time: MediaTime) -> Int64 {
    Int64((time.seconds * perSecond).rounded())
  }

  /// The rate as people write it: `30`, `29.97`, `12.5`.
  public var description: String {
    if denominator == 1 { return "\(numerator)" }
    let hundredths = Int((perSecond * 100).rounded())
    let (whole, rest) = hundredths.quotientAndRemainder(dividingBy: 100)
    if rest == 0 { return "\(whole)" }
    return rest % 10 == 0 ? "\(whole).\(rest / 10)" : "\(whole).\(rest < 10 ? "0" : "")\(rest)"
  }
}

extension FrameRate: Comparable {
  /// Slower before faster.
  public static func < (left: FrameRate, right: FrameRate) -> Bool {
    Int64(left.numerator) * Int64(right.denominator) < Int64(right.numerator) * Int64(left.denominator)
  }
}
