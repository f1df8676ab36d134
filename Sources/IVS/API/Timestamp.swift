/// A moment as AWS's JSON writes it, ISO 8601 with or without a fraction or as seconds; in seconds since 1970.
///
/// For display and for the age of things: never for media arithmetic.
public struct Timestamp: Codable, Comparable, Hashable, Sendable {
  /// Since 1970.
  public let seconds: Double

  /// A moment from seconds since 1970.
  public init(seconds: Double) { self.seconds = seconds }

  /// Reads `2020-11-05T21:57:13Z`, `2020-11-05T21:57:13.250+01:00`; `nil` for anything else.
  public init?(_ text: String) {
    var scanner = Scanner(rest: Array(text.utf8)[...])
    guard let year = scanner.number(4), scanner.skip("-"), let month = scanner.number(2), scanner.skip("-"),
      let day = scanner.number(2), scanner.skip("T") || scanner.skip("t") || scanner.skip(" "),
      let hour = scanner.number(2), scanner.skip(":"), let minute = scanner.number(2), scanner.skip(":"),
      let second = scanner.number(2), (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60,
      second <= 60
    else { return nil }
    var fraction = 0.0
    if scanner.skip(".") || scanner.skip(",") {
      var scale = 0.1
      while let digit = scanner.number(1) {
        fraction += Double(digit) * scale
        scale /= 10
      }
    }
    guard let offset = scanner.offset() else { return nil }
    let days = CivilDate(year: year, month: month, day: day).daysSince1970
    seconds = Double(days * 86_400 + hour * 3600 + minute * 60 + second - offset) + fraction
  }

  /// Either form.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let seconds = try? container.decode(Double.self) {
      self.init(seconds: seconds)
    } else if let parsed = Timestamp(try container.decode(String.self)) {
      self = parsed
    } else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an ISO 8601 time")
    }
  }

  /// As ISO 8601.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }

  /// `2020-11-05T21:57:13Z`.
  public var text: String {
    let stamp = SigningTime(secondsSince1970: Int(seconds.rounded(.down))).stamp
    let digits = Array(stamp)
    func part(_ range: Range<Int>) -> String { String(digits[range]) }
    return "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(part(9..<11)):\(part(11..<13)):\(part(13..<15))Z"
  }

  /// Earlier first.
  public static func < (left: Timestamp, right: Timestamp) -> Bool { left.seconds < right.seconds }

  private struct Scanner {
    var rest: ArraySlice<UInt8>

    mutating func skip(_ character: Character) -> Bool {
      guard let byte = character.asciiValue, rest.first == byte else { return false }
      rest.removeFirst()
      return true
    }

    mutating func number(_ count: Int) -> Int? {
      guard rest.count >= count else { return nil }
      var value = 0
      for byte in rest.prefix(count) {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
        value = value * 10 + Int(byte - UInt8(ascii: "0"))
      }
      rest = rest.dropFirst(count)
      return value
    }

    /// Seconds east of UTC; nothing may follow.
    mutating func offset() -> Int? {
      if skip("Z") || skip("z") { return rest.isEmpty ? 0 : nil }
      let sign = skip("+") ? 1 : skip("-") ? -1 : 0
      guard sign != 0, let hours = number(2), hours < 24 else { return nil }
      _ = skip(":")
      guard let minutes = number(2), minutes < 60, rest.isEmpty else { return nil }
      return sign * (hours * 3600 + minutes * 60)
    }
  }
}
