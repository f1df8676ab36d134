/// Bits per second.
public struct Bitrate: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
  /// Bits per second; never negative.
  public let bitsPerSecond: Int

  /// Makes a bitrate from bits per second.
  public init(bitsPerSecond: Int) { self.bitsPerSecond = max(0, bitsPerSecond) }

  /// Makes a bitrate from thousands of bits per second.
  public static func kilobits(_ count: Int) -> Bitrate { Bitrate(bitsPerSecond: count * 1000) }

  /// Reads `2500k`, `2.5M`, `2500` (kilobits, as every encoder's settings have it) or `2500000bps`.
  public init?(parsing text: some StringProtocol) {
    let lower = text.lowercased()
    let (digits, factor): (Substring, Double) =
      if lower.hasSuffix("bps") { (lower.dropLast(3), 1) } else if lower.hasSuffix("m") {
        (lower.dropLast(), 1_000_000)
      } else if lower.hasSuffix("k") { (lower.dropLast(), 1000) } else { (lower[...], 1000) }
    guard let number = Double(digits), number > 0, number * factor < 1e12 else { return nil }
    self.init(bitsPerSecond: Int((number * factor).rounded()))
  }

  /// Thousands of bits per second, rounded.
  public var kilobitsPerSecond: Int { (bitsPerSecond + 500) / 1000 }

  /// The time that `bytes` take at this rate; zero where the rate is zero.
  public func duration(ofBytes bytes: Int) -> Duration {
    bitsPerSecond == 0 ? .zero : .nanoseconds(Int64(Double(bytes) * 8e9 / Double(bitsPerSecond)))
  }

  /// Less before more.
  public static func < (left: Bitrate, right: Bitrate) -> Bool { left.bitsPerSecond < right.bitsPerSecond }

  /// The rate as `2500 kbit/s`.
  public var description: String { "\(kilobitsPerSecond) kbit/s" }
}
