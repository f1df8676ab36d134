/// A channel to be made in the AWS account.
public struct NewChannel: Codable, Equatable, Sendable {
  /// What a form asks for.
  public enum Field: String, CaseIterable, Sendable { case name, type, latency }

  /// Letters, digits, `-` and `_`, at most 128; may be empty.
  public var name: String
  /// `STANDARD`, `BASIC`, `ADVANCED_SD` or `ADVANCED_HD`.
  public var type: String
  /// `LOW` or `NORMAL`.
  public var latencyMode: String

  /// Asks for a channel.
  public init(name: String, type: String = "STANDARD", latencyMode: String = "LOW") {
    self.name = name
    self.type = type
    self.latencyMode = latencyMode
  }

  /// What is wrong with the name (`[a-zA-Z0-9-_]{0,128}`); `nil` if nothing is.
  public var problem: String? {
    guard name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }) else {
      return "letters, digits, - and _ only"
    }
    return name.count > 128 ? "\(name.count) characters are too many: 128 is the most" : nil
  }
}
