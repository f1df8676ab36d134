/// Numbers as the panels write them.
enum Figures {
  /// A number with so many digits after the point.
  static func decimal(_ value: Double, digits: Int) -> String {
    guard value.isFinite, abs(value) < 1e12 else { return "-" }
    var scale: Int64 = 1
    for _ in 0..<digits { scale *= 10 }
    let scaled = Int64((abs(value) * Double(scale)).rounded())
    let sign = value < 0 && scaled != 0 ? "-" : ""
    guard digits > 0 else { return "\(sign)\(scaled)" }
    let fraction = String(scaled % scale)
    return "\(sign)\(scaled / scale).\(String(repeating: "0", count: digits - fraction.count))\(fraction)"
  }

  /// The same; a dash where nothing was measured.
  static func decimal(_ value: Double?, digits: Int) -> String { value.map { decimal($0, digits: digits) } ?? "-" }

  /// `2500 kbit/s`: never another unit, for figures stand below each other.
  static func bitrate(_ kilobits: Int) -> String { "\(kilobits) kbit/s" }

  /// The same; a dash where nothing was measured.
  static func bitrate(_ kilobits: Int?) -> String { kilobits.map { bitrate($0) } ?? "- kbit/s" }

  /// `812 kB`, `1.2 GB`.
  static func bytes(_ count: Int) -> String {
    switch count {
    case ..<1000: "\(count) B"
    case ..<1_000_000: "\(count / 1000) kB"
    case ..<1_000_000_000: "\(decimal(Double(count) / 1e6, digits: 1)) MB"
    default: "\(decimal(Double(count) / 1e9, digits: 2)) GB"
    }
  }

  /// `01:12:33`.
  static func clock(_ seconds: Double) -> String {
    let whole = seconds.isFinite ? Int(max(0, min(seconds, 3_599_999))) : 0
    return [whole / 3600, whole / 60 % 60, whole % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
  }

  /// `+3 dB`, `-1.5 dB`, `0 dB`.
  static func gain(_ decibels: Double) -> String {
    let digits = decibels == decibels.rounded() ? 0 : 1
    return "\(decibels > 0 ? "+" : "")\(decimal(decibels, digits: digits)) dB"
  }

  /// `12 ms`.
  static func milliseconds(_ value: Double) -> String { "\(decimal(value, digits: value < 10 ? 1 : 0)) ms" }

  /// The same; a dash where nothing was measured.
  static func milliseconds(_ value: Double?) -> String { value.map { milliseconds($0) } ?? "- ms" }

  /// `0.4 %` of a share.
  static func percent(_ share: Double) -> String { "\(decimal(share * 100, digits: 1)) %" }
}
