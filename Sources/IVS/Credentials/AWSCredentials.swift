/// Keys to sign requests with; printing, dumping or reflecting them shows the source alone.
public struct AWSCredentials: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  /// The public half: `AKIA…`, `ASIA…`; it names an account, so it is not shown either.
  package let accessKeyID: String
  package let secretAccessKey: String
  package let sessionToken: String?
  /// Seconds since 1970 after which they are refused; `nil` is never.
  public let expiration: Double?
  /// Where they were found, for people: `environment`, `profile venue in ~/.aws/credentials`, `IMDSv2 role kiosk`.
  public let source: String

  /// Takes them as a source gave them.
  public init(
    accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil, expiration: Double? = nil,
    source: String
  ) {
    self.accessKeyID = accessKeyID
    self.secretAccessKey = secretAccessKey
    self.sessionToken = sessionToken
    self.expiration = expiration
    self.source = source
  }

  /// The source.
  public var description: String { "<credentials from \(source)>" }
  /// The same.
  public var debugDescription: String { description }
  /// Nothing to see.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
