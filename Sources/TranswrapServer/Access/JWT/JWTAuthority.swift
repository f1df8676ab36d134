internal import FoundationEssentials
internal import Logging
internal import Media
internal import Settings
internal import Web

/// Verifies JSON Web Tokens of one issuer, with its published keys (RFC 7519, RFC 7517).
///
/// Takes Amazon Cognito's access and ID tokens: the former have `client_id` where others have `aud`.
actor JWTAuthority {
  /// How long the issuer's server may take for all of its answer.
  private static let fetchLimit: Duration = .seconds(5)

  private nonisolated let settings: ProxySettings.JWT
  private let http: any HTTPCaller
  private let logger: Logger
  private let now: @Sendable () -> MediaTime
  private var keys: KeySet?
  private var refresh = KeyRefresh()
  /// The fetch that is under way, for all who wait for keys.
  private var fetch: Task<Void, Never>?

  /// - Parameter now: CLOCK_MONOTONIC.
  init(
    _ settings: ProxySettings.JWT, http: any HTTPCaller, logger: Logger,
    now: @escaping @Sendable () -> MediaTime = { .now() }
  ) {
    self.settings = settings
    self.http = http
    self.logger = logger
    self.now = now
  }

  /// Who a token is of; a refusal says why it is not taken, never the token.
  nonisolated func verify(_ token: String, for channel: String) async throws(AccessRefusal) -> Pass {
    let token = try SignedToken(token)
    // Outside of the actor: whoever comes at the same time does not wait for this token's arithmetic.
    guard let keys = await keys(for: token), keys.verifies(token) else {
      throw .invalidToken("its signature is none of the issuer's")
    }
    // The wall clock: tokens name their end in it.
    return try token.claims().pass(settings, for: channel, at: Date().timeIntervalSince1970)
  }

  /// Fetches the keys where that is due; each second or so.
  func upkeep() {
    if refresh.step(for: .upkeep, at: now()) == .fetch { beginFetch() }
    forgetOldKeys()
  }

  private func keys(for token: SignedToken) async -> KeySet? {
    switch refresh.step(for: .login(isKnown: keys?.has(token.keyName) ?? false), at: now()) {
    case .goOn: break
    case .fetch: beginFetch()
    case .fetchAndWait:
      beginFetch()
      await fetch?.value
    case .wait: await fetch?.value
    }
    forgetOldKeys()
    return keys
  }

  private func forgetOldKeys() {
    guard keys != nil, !refresh.hasKeys else { return }
    keys = nil
    logger.error("the issuer's keys could not be fetched for too long and are not used any more")
  }

  private func beginFetch() { fetch = Task { await takeKeys() } }

  private func takeKeys() async {
    do {
      let fresh = try await KeySet(try await document())
      if fresh.passedOver > 0, fresh.passedOver != keys?.passedOver {
        logger.warning("some of the issuer's keys are not used", metadata: ["count": "\(fresh.passedOver)"])
      }
      keys = fresh
      refresh.fetched(true, at: now())
    } catch {
      refresh.fetched(false, at: now())
      logger.warning(
        "the issuer's keys cannot be fetched", metadata: ["jwks": "\(settings.keys)", "reason": "\(error)"])
    }
    fetch = nil
  }

  private func document() async throws -> [UInt8] {
    guard settings.keys.contains("://") else {
      do { return Array(try TextFile.read(settings.keys, limit: KeySet.longest, isFile: true).utf8) } catch {
        throw OperatorFailure(error.line(settings.keys), .configuration)
      }
    }
    let answer = try await http.call(HTTPRequest("GET", settings.keys, limit: Self.fetchLimit))
    guard answer.status == 200 else {
      let hint = (300..<400).contains(answer.status) ? ": give the URL that it leads to" : ""
      throw OperatorFailure("\(settings.keys) answered \(answer.status)\(hint)", .unavailable)
    }
    return answer.body
  }
}
