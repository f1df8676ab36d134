/// The Amazon resource name of a channel: `arn:aws:ivs:us-west-2:123456789012:channel/AbCdEf`.
public struct ChannelARN: Hashable, Sendable, CustomStringConvertible, Codable {
  /// The whole name.
  public let text: String
  /// `us-west-2`: where the API has to be asked.
  public let region: String
  /// The last part: what CloudWatch calls the channel.
  public let id: String

  /// Reads a name; `nil` where it is none of a channel.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 6, parts[0] == "arn", parts[1].hasPrefix("aws"), parts[2] == "ivs",
      parts[5].hasPrefix("channel/")
    else { return nil }
    let id = parts[5].dropFirst("channel/".count)
    let isRegion =
      parts[3].contains("-") && parts[3].allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
    let isAccount = parts[4].count == 12 && parts[4].allSatisfy { $0.isASCII && $0.isNumber }
    guard isRegion, isAccount, !id.isEmpty,
      id.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") })
    else { return nil }
    (self.text, region, self.id) = (text, String(parts[3]), String(id))
  }

  /// Whether a text is meant to be one, right or wrong.
  public static func isMeant(by text: String) -> Bool { text.hasPrefix("arn:") }

  /// The whole name.
  public var description: String { text }

  /// The whole name.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let arn = ChannelARN(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not the ARN of a channel")
    }
    self = arn
  }

  /// The whole name.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
