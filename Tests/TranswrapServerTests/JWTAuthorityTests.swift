import Crypto
import Foundation
import JWTKit
import Logging
import Media
import Settings
import Synchronization
import TestSupport
import Testing
import Web

@testable import TranswrapServer

private let issuer = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example"

/// An issuer's web server.
struct JWKSServer: HTTPCaller {
  let answer: @Sendable () async throws(HTTPFailure) -> Web.HTTPAnswer
  func call(_ request: HTTPRequest) async throws(HTTPFailure) -> Web.HTTPAnswer { try await answer() }
}

extension Data {
  fileprivate var base64URL: String {
    String(base64EncodedString().filter { $0 != "=" }.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })
  }
}

/// An issuer's key pair, made by openssl.
private struct SigningKey: Sendable {
  let name: String
  let publicPEM: String
  /// The public half as it stands in a JWKS.
  let published: String
  private let keys = JWTKeyCollection()

  private struct Payload: JWTPayload {
    var claims: [String: Claim]
    func encode(to encoder: any Encoder) throws { try claims.encode(to: encoder) }
    init(claims: [String: Claim]) { self.claims = claims }
    init(from decoder: any Decoder) throws { claims = [:] }
    func verify(using algorithm: some JWTAlgorithm) {}
  }

  enum Claim: Encodable, ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByFloatLiteral {
    case text(String), list([String]), number(Double)
    init(stringLiteral value: String) { self = .text(value) }
    init(arrayLiteral elements: String...) { self = .list(elements) }
    init(floatLiteral value: Double) { self = .number(value) }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .text(let text): try container.encode(text)
      case .list(let list): try container.encode(list)
      case .number(let number): try container.encode(number)
      }
    }
  }

  init(_ name: String) async throws {
    self.name = name
    let pem = try await Tool.run("openssl", ["genrsa", "2048"]).text
    let key = try Insecure.RSA.PrivateKey(pem: pem)
    let (modulus, exponent) = try key.publicKey.getKeyPrimitives()
    publicPEM = key.publicKey.pemRepresentation
    published =
      #"{"kty":"RSA","use":"sig","alg":"RS256","kid":"\#(name)","n":"\#(modulus.base64URL)","e":"\#(exponent.base64URL)"}"#
    await keys.add(rsa: key, digestAlgorithm: .sha256, kid: JWKIdentifier(string: name))
  }

  func token(_ claims: [String: Claim]) async throws -> String {
    try await keys.sign(Payload(claims: claims), kid: JWKIdentifier(string: name))
  }
}

/// An authority with its keys in a file, and a clock that stands still unless it is set.
private final class Authority: Sendable {
  let folder: TemporaryDirectory
  let jwt: JWTAuthority
  private let clock = Clock()

  init(_ keys: [SigningKey], audience: String? = "client-1", claim: String = "cognito:groups") throws {
    folder = try TemporaryDirectory()
    let file = folder.file("jwks.json")
    let settings = ProxySettings.JWT(issuer: issuer, keys: file.path, audience: audience, channelsClaim: claim)
    jwt = JWTAuthority(
      settings, http: JWKSServer { () throws(HTTPFailure) in throw .cancelled }, logger: Sessions.logger,
      now: { [clock] in clock.time })
    try publish(keys)
  }

  final class Clock: Sendable {
    private let seconds = Atomic<Int>(1000)
    var time: MediaTime { MediaTime(milliseconds: Int64(seconds.load(ordering: .relaxed)) * 1000) }
    func advance(_ count: Int) { seconds.wrappingAdd(count, ordering: .relaxed) }
  }

  func advance(seconds: Int) { clock.advance(seconds) }

  func publish(_ keys: [SigningKey]) throws {
    try folder.write(#"{"keys":[\#(keys.map(\.published).joined(separator: ","))]}"#, to: "jwks.json")
  }

  /// The holder's name, or why there is none.
  func answer(_ token: String, for channel: String = "venue") async -> String {
    do throws(AccessRefusal) { return try await jwt.verify(token, for: channel).holder.name } catch {
      switch error {
      case .missingToken: return "missing"
      case .invalidToken(let why): return "refused: \(why)"
      case .notForChannel: return "not for \(channel)"
      }
    }
  }
}

@Suite("JSON Web Tokens")
struct JWTAuthorityTests {
  private static let now = Date().timeIntervalSince1970

  /// What Cognito puts into an access token.
  private static let access: [String: SigningKey.Claim] = [
    "iss": .text(issuer), "client_id": "client-1", "token_use": "access", "sub": "5a1b-user", "username": "ann",
    "scope": "aws.cognito.signin.user.admin", "exp": .number(now + 3600), "iat": .number(now),
    "cognito:groups": ["venue", "studio"],
  ]
  /// What Cognito puts into an ID token.
  private static let identity: [String: SigningKey.Claim] = [
    "iss": .text(issuer), "aud": "client-1", "token_use": "id", "sub": "5a1b-user", "email": "ann@example.com",
    "exp": .number(now + 3600), "cognito:groups": ["venue"],
  ]

  private static func access(_ changes: [String: SigningKey.Claim?]) -> [String: SigningKey.Claim] {
    changes.reduce(into: access) { claims, change in claims[change.key] = change.value }
  }

  @Test("access and ID tokens of Cognito are taken, for the channels of their groups")
  func cognito() async throws {
    let key = try await SigningKey("k1")
    let authority = try Authority([key])
    let (access, identity) = (try await key.token(Self.access), try await key.token(Self.identity))
    #expect(await authority.answer(access) == "jwt:5a1b-user")
    #expect(await authority.answer(access, for: "studio") == "jwt:5a1b-user")
    #expect(await authority.answer(access, for: "other") == "not for other")
    #expect(await authority.answer(identity) == "jwt:5a1b-user")
    #expect(await authority.answer(identity, for: "studio") == "not for studio")
  }

  @Test("each claim that is not as it has to be is a reason of its own")
  func claims() async throws {
    let key = try await SigningKey("k1")
    let authority = try Authority([key])
    let table: [([String: SigningKey.Claim?], String)] = [
      (["iss": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Other"], "refused: another issuer"),
      (["exp": .number(Self.now - 1)], "refused: expired"),
      (["nbf": .number(Self.now + 300)], "refused: not valid yet"),
      (["nbf": .number(Self.now - 300)], "jwt:5a1b-user"),
      (["client_id": "client-2"], "refused: another audience"),
      (["aud": "client-2"], "refused: another audience"),
      (["aud": ["client-2", "client-1"]], "jwt:5a1b-user"),
      (["client_id": .none], "refused: another audience"),
      (["token_use": "refresh"], "refused: not for access"),
      (["token_use": .none], "jwt:5a1b-user"),
      (["cognito:groups": ["studio"]], "not for venue"),
      (["cognito:groups": .none], "not for venue"),
      (["cognito:groups": []], "not for venue"),
      (["cognito:groups": ["*"]], "jwt:5a1b-user"),
      (["cognito:groups": "studio venue"], "jwt:5a1b-user"),
      (["cognito:groups": "venues"], "not for venue"),
      (["exp": .none], "refused: without an end: exp has to be a number"),
      (["iss": .none], "refused: another issuer"),
    ]
    for (changes, answer) in table {
      let token = try await key.token(Self.access(changes))
      #expect(await authority.answer(token) == answer, "\(changes)")
    }
  }

  @Test("without an audience in the settings any is taken, and channels may stand in another claim")
  func settings() async throws {
    let key = try await SigningKey("k1")
    let authority = try Authority([key], audience: nil, claim: "scope")
    let token = try await key.token(Self.access(["client_id": "client-9", "scope": "openid venue"]))
    #expect(await authority.answer(token) == "jwt:5a1b-user")
    #expect(await authority.answer(token, for: "studio") == "not for studio")
  }

  @Test("nothing but the issuer's own signature counts")
  func signatures() async throws {
    let (key, stranger) = (try await SigningKey("k1"), try await SigningKey("k1"))
    let authority = try Authority([key])
    let good = try await key.token(Self.access)
    let parts = good.split(separator: ".").map(String.init)
    func header(_ alg: String) -> String { Data(#"{"alg":"\#(alg)","typ":"JWT","kid":"k1"}"#.utf8).base64URL }
    // The public key as the secret of a symmetric algorithm, in both forms that it is known in.
    func symmetric(_ secret: String) -> String {
      let signed = "\(header("HS256")).\(parts[1])"
      let code = HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: SymmetricKey(data: Data(secret.utf8)))
      return "\(signed).\(Data(code).base64URL)"
    }
    let changed = Data(#"{"iss":"\#(issuer)","exp":99999999999,"cognito:groups":["*"]}"#.utf8).base64URL
    let forged = [
      try await stranger.token(Self.access), symmetric(key.publicPEM), symmetric(key.publicPEM + "\n"),
      "\(header("none")).\(parts[1]).", "\(header("none")).\(parts[1]).\(parts[2])",
      "\(header("NONE")).\(changed).", "\(parts[0]).\(changed).\(parts[2])", "\(parts[0]).\(parts[1]).",
      "\(parts[0]).\(parts[1]).AAAA", "\(header("RS512")).\(parts[1]).\(parts[2])",
      "\(header("RS256")).\(parts[1]).\(parts[2])x",
    ]
    for token in forged {
      #expect(await authority.answer(token) == "refused: its signature is none of the issuer's", "\(token)")
    }
    for token in ["..", "a.b.c", "a.b", good + ".x", parts[0], "\(parts[0]).\(parts[1]).=", " \(good)", good + "\n"] {
      #expect(await authority.answer(token) == "refused: it is no JSON Web Token", "\(token)")
    }
    #expect(await authority.answer(good) == "jwt:5a1b-user")
  }

  @Test("a key that is new has the keys read again, but not more often than each 60 s")
  func rotation() async throws {
    let (old, new, newest) = (try await SigningKey("k1"), try await SigningKey("k2"), try await SigningKey("k3"))
    let authority = try Authority([old])
    let refused = "refused: its signature is none of the issuer's"
    let tokens = [
      try await old.token(Self.access), try await new.token(Self.access), try await newest.token(Self.access),
    ]
    #expect(await authority.answer(tokens[0]) == "jwt:5a1b-user")
    try authority.publish([old, new])
    authority.advance(seconds: 59)
    #expect(await authority.answer(tokens[1]) == refused, "too soon to read them again")
    authority.advance(seconds: 1)
    #expect(await authority.answer(tokens[1]) == "jwt:5a1b-user")
    try authority.publish([new, newest])
    #expect(await authority.answer(tokens[2]) == refused)
    #expect(await authority.answer(tokens[0]) == "jwt:5a1b-user", "what is known is not asked for")
    authority.advance(seconds: 60)
    #expect(await authority.answer(tokens[2]) == "jwt:5a1b-user")
    #expect(await authority.answer(tokens[0]) == refused, "it is not published any more")
  }

  @Test("keys that cannot be read leave those that are known")
  func brokenKeys() async throws {
    let (old, new) = (try await SigningKey("k1"), try await SigningKey("k2"))
    let authority = try Authority([old])
    let (first, second) = (try await old.token(Self.access), try await new.token(Self.access))
    #expect(await authority.answer(first) == "jwt:5a1b-user")
    try authority.folder.write("{", to: "jwks.json")
    authority.advance(seconds: 60)
    #expect(await authority.answer(second) == "refused: its signature is none of the issuer's")
    #expect(await authority.answer(first) == "jwt:5a1b-user")
  }

  @Test("clients that come at once, before the keys are there, all wait for them")
  func startTogether() async throws {
    let key = try await SigningKey("k1")
    let token = try await key.token(Self.access)
    let (gates, gate) = AsyncStream<Void>.makeStream()
    let fetches = Mutex(0)
    let settings = ProxySettings.JWT(
      issuer: issuer, keys: "https://keys.example", audience: nil, channelsClaim: "cognito:groups")
    let jwks = #"{"keys":[\#(key.published)]}"#
    let server = JWKSServer {
      fetches.withLock { $0 += 1 }
      for await _ in gates { break }
      return Web.HTTPAnswer(status: 200, body: Array(jwks.utf8))
    }
    let authority = JWTAuthority(settings, http: server, logger: Sessions.logger)
    let names = await withTaskGroup(of: String?.self) { group in
      for _ in 0..<20 { group.addTask { try? await authority.verify(token, for: "venue").holder.name } }
      // All are on their way before the keys come.
      for _ in 0..<100 { await Task.yield() }
      gate.yield()
      return await group.reduce(into: [String?]()) { $0.append($1) }
    }
    #expect(names == [String?](repeating: "jwt:5a1b-user", count: 20))
    #expect(fetches.withLock { $0 } == 1)
  }
}
