internal import FoundationEssentials
internal import Logging
internal import Media
internal import Settings
internal import Synchronization
internal import Transwrap

/// Says who may publish to which channel, and for how long.
final class Authorizer: Sendable {
  private let tokensPath: String?
  private let tokens: Mutex<TokenStore>
  private let authority: JWTAuthority?
  private let logger: Logger

  init(_ settings: ProxySettings, authority: JWTAuthority?, logger: Logger) throws(OperatorFailure) {
    tokensPath = settings.tokensFile
    // Before it is read: what is written in between is read again.
    let stamp = settings.tokensFile.flatMap(FileStamp.of)
    let file: TokenFile? =
      if let path = settings.tokensFile {
        try TokenFile(path: path)
      } else if let text = settings.tokensText {
        try TokenFile(text: text, path: "TRANSWRAP_TOKENS")
      } else {
        nil
      }
    tokens = Mutex(TokenStore(file, stamp))
    self.authority = authority
    self.logger = logger
  }

  /// Looks at what is behind tokens, each second: the tokens file, and the issuer's keys.
  func upkeep() {
    reload(at: .now())
    if let authority { Task { await authority.upkeep() } }
  }

  /// Takes over the tokens file if it has changed; blocks as long as the disk does.
  func reload(at now: MediaTime) {
    guard let tokensPath else { return }
    let known = tokens.withLock { $0.stamp }
    let reading = Self.reading(tokensPath, unless: known)
    switch tokens.withLock({ $0.take(reading, at: now) }) {
    case nil: break
    case .loaded(let count): logger.notice("tokens loaded", metadata: ["count": "\(count)"])
    case .wrong(let failure): logger.error("the tokens stay as they were: \(failure)")
    case .gone(let reason):
      logger.warning("\(reason): its tokens are taken for \(TokenStore.grace.components.seconds) s more")
    case .closed:
      logger.error("the tokens file is still not there: no token is taken", metadata: ["file": "\(tokensPath)"])
    }
  }

  private static func reading(_ path: String, unless known: FileStamp?) -> TokenStore.Reading {
    let stamp = FileStamp.of(path)
    if let stamp, stamp == known { return .same }
    do throws(TextFile.Problem) {
      let text = try TextFile.read(path, limit: TokenFile.limitBytes, isFile: true)
      guard let stamp else { return .gone("\(path): no such file") }
      do throws(OperatorFailure) { return .file(try TokenFile(text: text, path: path), stamp) } catch {
        return .wrong(error, stamp)
      }
    } catch {
      switch error {
      case .tooLong, .notText, .utf16, .manyLines:
        return stamp.map { .wrong(OperatorFailure(error.line(path), .configuration), $0) } ?? .gone(error.line(path))
      case .missing, .unreadable, .folder, .notRegular, .endless: return .gone(error.line(path))
      }
    }
  }

  /// What a token gives its bearer, if it is for `channel`.
  func pass(of token: String?, for channel: String) async throws(AccessRefusal) -> Pass {
    guard let token, !token.isEmpty else { throw .missingToken }
    let entry = token.utf8.count <= 512 ? tokens.withLock { $0.entry(of: token) } : nil
    if let entry {
      guard !entry.isOver(at: Self.today) else { throw .invalidToken("expired") }
      guard entry.isFor(channel) else { throw .notForChannel }
      return Pass(holder: entry.holder, expires: nil)
    }
    guard let authority, token.split(separator: ".", omittingEmptySubsequences: false).count == 3 else {
      throw .invalidToken("unknown")
    }
    return try await authority.verify(token, for: channel)
  }

  /// Why a session that was let in by `pass` has to end now; `nil` where it may go on.
  func end(of pass: Pass, for channel: String) -> ServerEvent.Notice? {
    let today = Self.today
    if let expires = pass.expires, expires <= today { return .tokenExpired }
    guard case .token(let hash) = pass.holder.identity else { return nil }
    guard let entry = tokens.withLock({ $0.entry(hash: hash) }) else { return .tokenRemoved }
    if entry.isOver(at: today) { return .tokenExpired }
    return entry.isFor(channel) ? nil : .tokenNotForChannel
  }

  /// The wall clock: the ends of tokens are given in it.
  private static var today: Int64 { Int64(Date().timeIntervalSince1970) }
}

extension ServerEvent.Notice {
  static let tokenExpired = Self(code: "token-expired", message: "the token has expired")
  static let tokenRemoved = Self(code: "token-removed", message: "the token is not taken any more")
  static let tokenNotForChannel = Self(
    code: "not-for-channel", message: "the token is not for this channel any more")
}
