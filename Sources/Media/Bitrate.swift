/// Bits per second.
public struct Bitrate: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
  /// Bits per second; never negative.
  public let bitsPerSecond: Int

  /// Makes a bitrate from bits per second.
  public init(bitsPerSecond: Int) { self.bitsPerSecond = max(0, bitsPerSecond) }

  /// Makes a bitrate from thousands of bits per second.
  public static func kilobits(_ count: Int) -> Bitrate { Bitrate(bitsPerSecond: count * 1000) }

  /// Reads `2500k`, `2500 kbit/s`, `2.5M`, `2500` (kilobits, as every encoder's settings have it) or `2500000bps`.
  public init?(parsing text: some StringProtocol) {
    let lower = text.lowercased()
    let digits = lower.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let factor: Double
    switch lower.dropFirst(digits.count).drop(while: { $0 == " " }) {
    case "", "k", "kbit", "kbit/s", "kbps": factor = 1000
    case "m", "mbit", "mbit/s", "mbps": factor = 1_000_000
    case "bps", "bit/s": factor = 1
    default: return nil
    }
    guard let number = Double(digits), number > 0, number * factor < 1e12 else { return nil }
    self.init(bitsPerSecond: Int((number * factor).rounded()))
  }

  /// Reads a bitrate that has to be within a range of kbit/s.
  /// - Throws: what is wrong with it, as the end of a sentence about where it stands.
  public static func parse(
    _ text: String, kilobits range: ClosedRange<Int>
  ) throws(BitrateError) -> Bitrate {
    guard let bitrate = Bitrate(parsing: text) else { throw .noBitrate(text) }
    guard (range.lowerBound * 1000...range.upperBound * 1000).contains(bitrate.bitsPerSecond) else {
      throw .outside(text, range)
    }
    return bitrate
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

/// What is wrong with a bitrate that somebody wrote.
public enum BitrateError: ExplainedError, Equatable, Sendable {
  case noBitrate(String)
  /// With the range in kbit/s.
  case outside(String, ClosedRange<Int>)

  /// What, and what would be right.
  public var explanation: Explanation {
    switch self {
    case .noBitrate(let text): Explanation("'\(text)' is not a bitrate such as 800k or 1.2M")
    case .outside(let text, let range):
      Explanation("'\(text)' is not within \(range.lowerBound)k to \(range.upperBound)k")
    }
  }
}
