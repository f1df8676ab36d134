/// Who publishes: all sessions of one holder count together.
///
/// The token is the holder, or its subject where tokens are signed; names are for people, and two may be alike.
struct Holder: Hashable, Sendable {
  enum Identity: Hashable, Sendable {
    /// A token of the tokens file, by its hash.
    case token(hash: String)
    /// The subject of signed tokens, which is given new ones again and again.
    case subject(String)
    /// A key in the path is known to its owner alone, who stands for no token.
    case address(String)
  }

  let identity: Identity
  /// Fit for logs.
  let name: String

  static func == (left: Holder, right: Holder) -> Bool { left.identity == right.identity }
  func hash(into hasher: inout Hasher) { hasher.combine(identity) }
}

/// What a token gives its bearer.
struct Pass: Equatable, Sendable {
  var holder: Holder
  /// When a signed token ends, in seconds since 1970; that of a file's token stands in the file.
  var expires: Int64?
}

/// Why somebody is not let in.
enum AccessRefusal: Error, Equatable, Sendable {
  case missingToken
  /// Why, in words that are no secret.
  case invalidToken(String)
  case notForChannel

  /// What the client is told; which channels there are is nobody's business who may not publish to them.
  var message: String {
    switch self {
    case .missingToken: "a bearer token is required"
    case .invalidToken: "the token is not taken"
    case .notForChannel: "the token is not for this channel"
    }
  }
}
