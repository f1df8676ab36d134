public import Media

/// What is wrong with a token; never says it.
public enum BearerTokenError: ExplainedError, Equatable, Sendable {
  case empty
  case tooLong(bytes: Int)
  case forbiddenCharacter

  /// What, where, and what to do.
  public var explanation: Explanation {
    switch self {
    case .empty: Explanation("the token is empty")
    case .tooLong(let bytes): Explanation("the token has \(bytes) bytes, at most \(BearerToken.byteLimit) are possible")
    case .forbiddenCharacter:
      Explanation("the token holds something else than visible ASCII", "check that it was copied whole")
    }
  }
}

/// What a client shows a proxy to be let in.
public struct BearerToken: Secret {
  /// `<token>`.
  public static let placeholder = "<token>"
  /// The most bytes that a token may have.
  public static let byteLimit = 8192

  /// The token as it goes over the wire.
  package let value: String

  /// Takes a token as it was copied; surrounding white space has to be removed by the caller.
  public init(_ text: String) throws(BearerTokenError) {
    guard !text.isEmpty else { throw .empty }
    guard text.utf8.count <= Self.byteLimit else { throw .tooLong(bytes: text.utf8.count) }
    guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { throw .forbiddenCharacter }
    value = text
  }
}
