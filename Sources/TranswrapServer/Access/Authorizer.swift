internal import FoundationEssentials
internal import Logging
internal import Settings
internal import Synchronization

/// Who publishes: all sessions of one holder count together.
struct Holder: Hashable, Sendable {
  /// The token's short name, or the JWT's subject; fit for logs.
  var name: String
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
    case .missingToken: "a bearer token is wanted"
    case .invalidToken: "the token is not taken"
    case .notForChannel: "the token is not for this channel"
    }
  }
}

/// Says who may publish to which channel.
final class Authorizer: Sendable {
  private let tokensPath: String?
  private let tokens: Mutex<(file: TokenFile?, changed: Int64)>
  private let authority: JWTAuthority?
  private let logger: Logger

  init(_ settings: ProxySettings, authority: JWTAuthority?, logger: Logger) throws(OperatorFailure) {
    tokensPath = settings.tokensFile
    let file: TokenFile? = if let path = settings.tokensFile { try TokenFile(path: path) } else { nil }
    tokens = Mutex((file, settings.tokensFile.map(FileStamp.of) ?? 0))
    self.authority = authority
    self.logger = logger
  }

  /// Takes over the tokens file if it has changed; one that is wrong changes nothing.
  func reload() {
    guard let tokensPath else { return }
    let stamp = FileStamp.of(tokensPath)
    guard tokens.withLock({ $0.changed != stamp }) else { return }
    do {
      let file = try TokenFile(path: tokensPath)
      tokens.withLock { $0 = (file, stamp) }
      logger.notice("tokens loaded", metadata: ["count": "\(file.entries.count)"])
    } catch {
      tokens.withLock { $0.changed = stamp }
      logger.error("the tokens stay as they were: \(error)")
    }
  }

  /// Who a token is of, if it is for `channel`.
  func holder(of token: String?, for channel: String) async throws(AccessRefusal) -> Holder {
    guard let token, !token.isEmpty else { throw .missingToken }
    let entry = token.utf8.count <= 512 ? tokens.withLock { $0.file?.entry(of: token) } : nil
    if let entry {
      // The wall clock: a token's end is given in it.
      if let expires = entry.expires, expires <= Int64(Date().timeIntervalSince1970) {
        throw .invalidToken("expired")
      }
      guard entry.channels.contains(channel) || entry.channels.contains("*") else { throw .notForChannel }
      return Holder(name: entry.name.isEmpty ? "token:\(entry.hash.prefix(12))" : entry.name)
    }
    guard let authority, token.split(separator: ".", omittingEmptySubsequences: false).count == 3 else {
      throw .invalidToken("unknown")
    }
    return try await authority.verify(token, for: channel)
  }
}
