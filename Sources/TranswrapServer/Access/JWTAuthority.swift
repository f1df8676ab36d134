internal import AsyncHTTPClient
internal import FoundationEssentials
internal import JWTKit
internal import Logging
internal import Media
internal import NIOCore
internal import NIOHTTP1
internal import Settings

/// Verifies JSON Web Tokens of one issuer, with its published keys (RFC 7519, RFC 7517).
///
/// Takes Amazon Cognito's access and ID tokens: the former have `client_id` where others have `aud`.
actor JWTAuthority {
  /// Keys are fetched anew when a token names one that is not known, but not more often than this.
  private static let refreshInterval: Duration = .seconds(60)
  /// As long as there are no keys at all, nobody can be let in: they are fetched again sooner.
  private static let retryInterval: Duration = .seconds(5)
  /// After so long they are fetched anew: one that the issuer took back is good for nothing.
  private static let lifetime: Duration = .seconds(3600)
  private static let keysLimit = 256 << 10

  private let settings: ProxySettings.JWT
  private let logger: Logger
  private let now: @Sendable () -> MediaTime
  private let download: @Sendable (String) async throws -> String
  private var keys = JWTKeyCollection()
  /// Their names; the collection itself has a key for every name, the first where it does not know one.
  private var names: Set<String> = []
  private var lastFetch: MediaTime?
  /// The fetch that is under way, for all who wait for keys.
  private var fetch: Task<Void, Never>?

  /// - Parameters:
  ///   - now: CLOCK_MONOTONIC.
  ///   - download: gets the text at an https URL.
  init(
    _ settings: ProxySettings.JWT, logger: Logger, now: @escaping @Sendable () -> MediaTime = { .now() },
    download: @escaping @Sendable (String) async throws -> String
  ) {
    self.settings = settings
    self.logger = logger
    self.now = now
    self.download = download
  }

  init(_ settings: ProxySettings.JWT, client: HTTPClient, logger: Logger) {
    self.init(settings, logger: logger) { url in
      let response = try await client.execute(HTTPClientRequest(url: url), timeout: .seconds(5))
      guard response.status == .ok else {
        throw OperatorFailure("\(url) answered \(response.status)", .unavailable)
      }
      return String(buffer: try await response.body.collect(upTo: Self.keysLimit))
    }
  }

  /// The claims that count.
  private struct Claims: JWTPayload {
    struct Name: CodingKey {
      var stringValue: String
      var intValue: Int? { nil }
      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }

    var issuer: String
    var expires: Double
    var notBefore: Double?
    var audiences: [String]
    var use: String?
    var subject: String
    /// Every claim that is a text or a list of texts.
    var words: [String: [String]] = [:]

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Name.self)
      func list(_ name: String) -> [String]? {
        let key = Name(stringValue: name)
        return (try? container.decode([String].self, forKey: key))
          ?? (try? container.decode(String.self, forKey: key)).map {
            $0.split(whereSeparator: { $0 == " " || $0 == "," }).map(String.init)
          }
      }
      issuer = try container.decode(String.self, forKey: Name(stringValue: "iss"))
      expires = try container.decode(Double.self, forKey: Name(stringValue: "exp"))
      notBefore = try container.decodeIfPresent(Double.self, forKey: Name(stringValue: "nbf"))
      audiences = list("aud") ?? list("client_id") ?? []
      use = list("token_use")?.first
      subject = try container.decode(String.self, forKey: Name(stringValue: "sub"))
      for key in container.allKeys { words[key.stringValue] = list(key.stringValue) }
    }

    func encode(to encoder: any Encoder) throws {
      throw EncodingError.invalidValue(self, .init(codingPath: [], debugDescription: "tokens are only read"))
    }

    /// Issuer, time and audience are checked by the authority, which knows what it wants.
    func verify(using algorithm: some JWTAlgorithm) {}
  }

  /// Who a token is of; a refusal says why it is not taken, never the token.
  func verify(_ token: String, for channel: String) async throws(AccessRefusal) -> Holder {
    if fetch != nil || isOld { await fetchKeys() }
    var claims = try? await keys.verify(token, as: Claims.self)
    if claims == nil, isFetchDue, let name = Self.keyName(of: token), !names.contains(name) {
      await fetchKeys()
      claims = try? await keys.verify(token, as: Claims.self)
    }
    guard let claims else { throw .invalidToken("its signature is none of the issuer's") }
    guard claims.issuer == settings.issuer else { throw .invalidToken("another issuer") }
    // The wall clock: tokens name their end in it.
    let today = Date().timeIntervalSince1970
    guard claims.expires > today else { throw .invalidToken("expired") }
    guard (claims.notBefore ?? 0) <= today + 60 else { throw .invalidToken("not valid yet") }
    if let audience = settings.audience, !claims.audiences.contains(audience) {
      throw .invalidToken("another audience")
    }
    guard claims.use.map({ ["access", "id"].contains($0) }) ?? true else {
      throw .invalidToken("not for access")
    }
    guard !claims.subject.isEmpty else { throw .invalidToken("of nobody") }
    let channels = claims.words[settings.channelsClaim] ?? []
    guard channels.contains(channel) || channels.contains("*") else { throw .notForChannel }
    return Holder(name: "jwt:\(claims.subject)")
  }

  /// Whether the keys are to be fetched before a token is looked at.
  private var isOld: Bool {
    lastFetch.map { now() - $0 >= (names.isEmpty ? Self.retryInterval : Self.lifetime) } ?? true
  }

  private var isFetchDue: Bool { lastFetch.map { now() - $0 >= Self.refreshInterval } ?? true }

  /// The key that a token's header names.
  private static func keyName(of token: String) -> String? {
    struct Header: Decodable { var kid: String }
    guard let part = token.split(separator: ".").first else { return nil }
    var text = String(part.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
    while !text.utf8.count.isMultiple(of: 4) { text += "=" }
    return Data(base64Encoded: text).flatMap { try? JSONDecoder().decode(Header.self, from: $0).kid }
  }

  /// Loads the issuer's keys; those that are known stay where it fails.
  private func fetchKeys() async {
    if let fetch { return await fetch.value }
    lastFetch = now()
    let task = Task { await takeKeys() }
    fetch = task
    await task.value
    fetch = nil
  }

  private func takeKeys() async {
    do {
      let text = try await keysText()
      let set = try JSONDecoder().decode(JWKS.self, from: Data(text.utf8))
      let fresh = JWTKeyCollection()
      var known: Set<String> = []
      // One by one: a kind of key that is not known here is no reason to do without the others.
      for key in set.keys where (try? await fresh.add(jwk: key)) != nil {
        if let name = key.keyIdentifier?.string { known.insert(name) }
      }
      guard !known.isEmpty else { throw OperatorFailure("there is no key with a name that can be used", .data) }
      (keys, names) = (fresh, known)
    } catch {
      logger.warning("the issuer's keys cannot be had", metadata: ["jwks": "\(settings.keys)", "reason": "\(error)"])
    }
  }

  private func keysText() async throws -> String {
    guard settings.keys.hasPrefix("https://") else { return try TextFile.read(settings.keys, limit: Self.keysLimit) }
    return try await download(settings.keys)
  }
}
