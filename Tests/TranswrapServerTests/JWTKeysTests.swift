import Foundation
import Media
import Synchronization
import Testing
import Web

@testable import TranswrapServer

@Suite("Keys and tokens of an issuer")
struct JWTKeysTests {
  private func answer(_ authority: JWTAuthority, _ token: String) async -> String {
    do throws(AccessRefusal) { return try await authority.verify(token, for: "venue").holder.name } catch {
      return "\(error)"
    }
  }

  private func authority(_ document: String, status: Int = 200) -> JWTAuthority {
    JWTAuthority(
      RawIssuer.settings, http: JWKSServer { Web.HTTPAnswer(status: status, body: Array(document.utf8)) },
      logger: Sessions.logger)
  }

  private static let foreign = #"invalidToken("its signature is none of the issuer\'s")"#

  @Test(
    "a key is used for signatures of its own kind alone, and one that is odd is no reason to do without the others",
    arguments: [
      ("", true), (#","alg":"ES256""#, true), (#","use":"sig""#, true), (#","key_ops":["verify"]"#, true),
      (#","key_ops":["sign","verify"]"#, true), (#","x5c":["abc"],"extra":{"a":[1]}"#, true),
      (#","alg":"ES384""#, false), (#","alg":"RS256""#, false), (#","alg":"none""#, false), (#","alg":1"#, false),
      (#","use":"enc""#, false), (#","use":""#, false), (#","use":""}"#, false), (#","use":7"#, false),
      (#","key_ops":["encrypt"]"#, false), (#","key_ops":[]"#, false), (#","key_ops":"verify""#, false),
      (#","kty":"EC""#, false),
    ])
  func kinds(more: String, isUsed: Bool) async throws {
    let (issuer, other) = (RawIssuer(), RawIssuer("k2"))
    let odd = [
      #"{"kty":"FOO","kid":"f"}"#, #"{"kid":"g"}"#, "7", "null",
      #"{"kty":"oct","k":"c2VjcmV0","kid":"k1","alg":"HS256"}"#,
      #"{"kty":"OKP","crv":"X25519","x":"AAAA","kid":"k1"}"#, #"{"kty":"RSA","n":"AQAB","e":"AQAB","kid":"k1"}"#,
      #"{"kty":"EC","crv":"P-256","x":"AAAA","y":"AAAA","kid":"k1"}"#, #"{"kty":"EC","crv":"secp256k1","kid":"k1"}"#,
    ]
    let keys = odd + [issuer.published(more), other.published()]
    let authority = authority(#"{"keys":[\#(keys.joined(separator: ","))]}"#)
    let isJSON = (try? JSONText.parse(Array(issuer.published(more).utf8))) != nil
    #expect(await answer(authority, try issuer.token()) == (isUsed ? "ann" : Self.foreign).jwt)
    // A document that is none takes all keys with it, whatever is in the others.
    #expect(await answer(authority, try other.token()) == (isJSON ? "ann" : Self.foreign).jwt)
  }

  @Test("a key without an algorithm is not locked out by tokens that name another one")
  func pinned() async throws {
    let issuer = RawIssuer()
    let authority = authority(#"{"keys":[\#(issuer.published())]}"#)
    for algorithm in ["RS256", "ES384", "ES512", "EdDSA", "HS256", "none", "es256", "RSA-OAEP", ""] {
      let token = try issuer.token(header: #"{"alg":"\#(algorithm)","kid":"k1"}"#)
      #expect(await answer(authority, token) == Self.foreign, "\(algorithm)")
    }
    #expect(await answer(authority, try issuer.token()) == "jwt:ann")
  }

  @Test("a name need not be one key's alone; without names there has to be no choice")
  func names() async throws {
    let (one, two, nameless) = (RawIssuer("k"), RawIssuer("k"), RawIssuer(nil))
    var authority = authority(#"{"keys":[\#(one.published()),\#(two.published()),\#(nameless.published())]}"#)
    #expect(await answer(authority, try one.token()) == "jwt:ann")
    #expect(await answer(authority, try two.token()) == "jwt:ann")
    #expect(await answer(authority, try nameless.token()) == Self.foreign)
    authority = self.authority(#"{"keys":[\#(nameless.published())]}"#)
    #expect(await answer(authority, try nameless.token()) == "jwt:ann")
    #expect(await answer(authority, try one.token()) == Self.foreign)
  }

  @Test(
    "the header and the claims of a token, signed by the issuer",
    arguments: [
      (nil, RawIssuer.claims, "jwt:ann"),
      (nil, RawIssuer.claims.replacing("ann", with: "a\u{202e}n\u{200b}n"), "jwt:ann"),
      (#"{"alg":"ES256","kid":"k1","crit":["exp"],"exp":1}"#, RawIssuer.claims, "its header asks for extensions"),
      (#"{"alg":"ES256","kid":"k1","crit":[]}"#, RawIssuer.claims, "its header asks for extensions"),
      (#"{"alg":"ES256","kid":"k1","b64":true,"typ":"at+jwt"}"#, RawIssuer.claims, "jwt:ann"),
      (#"{"alg":"ES256","alg":"ES256","kid":"k1"}"#, RawIssuer.claims, "it is no JSON Web Token"),
      (#"{"alg":["ES256"],"kid":"k1"}"#, RawIssuer.claims, "it is no JSON Web Token"),
      (#"{"alg":"ES256","kid":1}"#, RawIssuer.claims, "it is no JSON Web Token"),
      (#"["alg"]"#, RawIssuer.claims, "it is no JSON Web Token"),
      (nil, RawIssuer.claims(#","sub":"eve""#), "it has a claim twice"),
      (nil, RawIssuer.claims(#","\u0073ub":"eve""#), "it has a claim twice"),
      (nil, RawIssuer.claims("", exp: "1e300"), "jwt:ann"),
      (nil, RawIssuer.claims("", exp: "1e400"), "its claims are not JSON"),
      (nil, RawIssuer.claims("", exp: "99999999999.5"), "jwt:ann"),
      (nil, RawIssuer.claims("", exp: "-1"), "expired"), (nil, RawIssuer.claims("", exp: "0"), "expired"),
      (nil, RawIssuer.claims("", exp: #""99999999999""#), "without an end: exp has to be a number"),
      (nil, RawIssuer.claims("", exp: "null"), "without an end: exp has to be a number"),
      (nil, RawIssuer.claims("", exp: "true"), "without an end: exp has to be a number"),
      (nil, RawIssuer.claims("", exp: "[99999999999]"), "without an end: exp has to be a number"),
      (nil, RawIssuer.claims(#","nbf":1.5"#), "jwt:ann"),
      (nil, RawIssuer.claims(#","nbf":"0""#), "nbf is not a number"),
      (nil, RawIssuer.claims(#","nbf":1e300"#), "not valid yet"), (nil, RawIssuer.claims(#","iat":"x""#), "jwt:ann"),
      (nil, RawIssuer.claims("", aud: #"["other","app"]"#), "jwt:ann"),
      (nil, RawIssuer.claims("", aud: #""other app""#), "another audience"),
      (nil, RawIssuer.claims("", aud: "[]"), "another audience"),
      (nil, RawIssuer.claims(#","client_id":"app""#, aud: "7"), "aud is not a text or a list"),
      (nil, RawIssuer.claims(#","client_id":"app""#, aud: #"["x"]"#), "another audience"),
      (nil, RawIssuer.claims("", aud: #"["app",7]"#), "aud is not a text or a list"),
      (nil, RawIssuer.claims(#","token_use":"refresh""#), "not for access"),
      (nil, RawIssuer.claims(#","token_use":1"#), "not for access"),
      (
        nil, RawIssuer.claims(#","deep":\#(String(repeating: "[", count: 12))\#(String(repeating: "]", count: 12))"#),
        "jwt:ann"
      ),
      (
        nil, RawIssuer.claims(#","deep":\#(String(repeating: "[", count: 400))\#(String(repeating: "]", count: 400))"#),
        "its claims are nested too deeply"
      ),
      (nil, RawIssuer.claims + " x", "its claims are not JSON"), (nil, "[]", "its claims are not JSON"),
      (nil, "", "its claims are not JSON"), (nil, #"{"iss":"me""#, "its claims are not JSON"),
      (nil, #"{"iss":["me"],"sub":"ann","exp":99999999999,"aud":"app"}"#, "another issuer"),
      (nil, #"{"iss":"me","exp":99999999999,"aud":"app"}"#, "of nobody: sub has to be a name"),
      (nil, #"{"iss":"me","sub":"","exp":99999999999,"aud":"app"}"#, "of nobody: sub has to be a name"),
      (nil, #"{"iss":"me","sub":"a\nlevel=error","exp":99999999999,"aud":"app"}"#, "of nobody: sub has to be a name"),
      (nil, #"{"iss":"me","sub":"ann","exp":99999999999,"aud":"app","groups":{"venue":1}}"#, "notForChannel"),
      (nil, #"{"iss":"me","sub":"ann","exp":99999999999,"aud":"app","groups":["venue",1]}"#, "notForChannel"),
      (nil, #"{"iss":"me","sub":"ann","exp":99999999999,"aud":"app","groups":"x,venue"}"#, "jwt:ann"),
    ] as [(String?, String, String)])
  func claims(header: String?, claims: String, expected: String) async throws {
    let issuer = RawIssuer()
    let authority = authority(#"{"keys":[\#(issuer.published())]}"#)
    let said = await answer(authority, try issuer.token(header: header, claims))
    #expect(said == expected || said == "invalidToken(\"\(expected)\")", "\(said)")
  }

  @Test("the end of a token is known to the second; one beyond all time is cut to a time")
  func ends() async throws {
    let issuer = RawIssuer()
    let authority = authority(#"{"keys":[\#(issuer.published())]}"#)
    func end(_ exp: String) async throws -> Int64? {
      try await authority.verify(issuer.token(RawIssuer.claims("", exp: exp)), for: "venue").expires
    }
    #expect(try await end("99999999999.9") == 99_999_999_999)
    #expect(try await end("1e300") == 253_402_300_799)
  }

  @Test("a token that is too long is not looked at")
  func long() async throws {
    let issuer = RawIssuer()
    let authority = authority(#"{"keys":[\#(issuer.published())]}"#)
    let more = #","x":"\#(String(repeating: "x", count: SignedToken.longest))""#
    #expect(
      await answer(authority, try issuer.token(RawIssuer.claims(more))) == #"invalidToken("it is no JSON Web Token")"#)
  }

  @Test(
    "a document of no use lets nobody in",
    arguments: [
      ("", 200, "the document is not JSON"), ("{", 200, "the document is not JSON"),
      ("{}", 200, "the document has no list `keys`"), (#"{"keys":{}}"#, 200, "the document has no list `keys`"),
      (#"{"keys":[]}"#, 200, "the document has no key for signatures of a kind that is known"),
      (#"{"keys":[],"keys":[]}"#, 200, "the document has a name twice in an object"),
      (String(repeating: "[", count: 100_000), 200, "the document is nested too deeply"),
      (
        #"{"keys":[\#(Array(repeating: "1", count: 65).joined(separator: ","))]}"#, 200,
        "the document has more than 64 keys"
      ),
      (String(repeating: " ", count: 300_000) + "{}", 200, "the document has more than 256 KiB"),
    ])
  func documents(document: String, status: Int, words: String) async throws {
    do throws(KeySet.Problem) {
      _ = try await KeySet(Array(document.utf8))
      Issue.record("taken")
    } catch { #expect(error.description == words) }
    #expect(await answer(authority(document), try RawIssuer().token()) == Self.foreign)
  }

  @Test("an answer that is no document is none, a redirect neither", arguments: [301, 302, 308, 404, 500])
  func statuses(status: Int) async throws {
    let issuer = RawIssuer()
    let authority = authority(#"{"keys":[\#(issuer.published())]}"#, status: status)
    #expect(await answer(authority, try issuer.token()) == Self.foreign)
  }

  @Test("who shows a token of a known key does not wait for keys that do not come", .timeLimit(.minutes(1)))
  func noWait() async throws {
    let issuer = RawIssuer()
    let fetches = Mutex(0)
    let seconds = Mutex<Int64>(1000)
    let (gates, gate) = AsyncStream<Void>.makeStream()
    let document = #"{"keys":[\#(issuer.published())]}"#
    let server = JWKSServer {
      let count = fetches.withLock {
        $0 += 1; return $0
      }
      // The first is answered; the others stall until the test is over.
      if count > 1 { for await _ in gates { break } }
      return Web.HTTPAnswer(status: 200, body: Array(document.utf8))
    }
    let authority = JWTAuthority(
      RawIssuer.settings, http: server, logger: Sessions.logger,
      now: { MediaTime(milliseconds: seconds.withLock { $0 } * 1000) })
    #expect(await answer(authority, try issuer.token()) == "jwt:ann")
    seconds.withLock { $0 += 100 }
    // A crowd of strangers, who all wait for the one fetch.
    let strangers = try (0..<30).map { try RawIssuer("stranger\($0)").token() }
    await withTaskGroup(of: String.self) { group in
      for stranger in strangers { group.addTask { await answer(authority, stranger) } }
      for _ in 0..<200 { await Task.yield() }
      for _ in 0..<5 { #expect(await answer(authority, (try? issuer.token()) ?? "") == "jwt:ann") }
      gate.finish()
      for await said in group { #expect(said == Self.foreign) }
    }
    #expect(fetches.withLock { $0 } == 2)
  }
}

extension String {
  /// A holder's name for a subject; anything else as it is.
  fileprivate var jwt: String { self == "ann" ? "jwt:ann" : self }
}

@Suite("When an issuer's keys are fetched")
struct KeyRefreshTests {
  private enum Event {
    case known, unknown, upkeep
    case came, failed
  }

  private func steps(_ events: [(Int64, Event)]) -> [KeyRefresh.Step] {
    var refresh = KeyRefresh()
    return events.compactMap { seconds, event in
      let now = MediaTime(milliseconds: seconds * 1000)
      switch event {
      case .known: return refresh.step(for: .login(isKnown: true), at: now)
      case .unknown: return refresh.step(for: .login(isKnown: false), at: now)
      case .upkeep: return refresh.step(for: .upkeep, at: now)
      case .came: refresh.fetched(true, at: now)
      case .failed: refresh.fetched(false, at: now)
      }
      return nil
    }
  }

  @Test("at the start they are fetched at once; while there are none, again each 5 s and not more often")
  func start() {
    #expect(steps([(0, .upkeep), (0, .unknown), (1, .unknown)]) == [.fetch, .wait, .wait])
    #expect(
      steps([(0, .unknown), (1, .failed), (4, .unknown), (4, .upkeep), (5, .unknown)])
        == [.fetchAndWait, .goOn, .goOn, .fetchAndWait])
  }

  @Test("a name that is not known has them fetched once a minute, however many ask")
  func unknown() {
    #expect(
      steps([
        (0, .unknown), (0, .came), (1, .unknown), (59, .unknown), (60, .unknown), (61, .unknown), (61, .known),
        (62, .failed), (63, .unknown), (119, .unknown), (120, .unknown),
      ]) == [.fetchAndWait, .goOn, .goOn, .fetchAndWait, .wait, .goOn, .goOn, .goOn, .fetchAndWait])
  }

  @Test("after an hour they are fetched anew, and nobody waits for it")
  func old() {
    #expect(
      steps([
        (0, .upkeep), (0, .came), (3599, .upkeep), (3600, .upkeep), (3601, .known), (3605, .failed),
        (3606, .known), (3659, .upkeep), (3660, .known), (3661, .came), (7260, .upkeep), (7261, .known),
      ])
        == [.fetch, .goOn, .fetch, .goOn, .goOn, .goOn, .fetch, .goOn, .fetch])
  }

  @Test("keys that cannot be had anew are good for a day")
  func day() {
    let day: Int64 = 24 * 3600
    #expect(
      steps([(0, .upkeep), (0, .came), (day - 1, .known), (day - 1, .failed), (day, .known), (day + 4, .known)])
        == [.fetch, .fetch, .goOn, .fetchAndWait])
    var refresh = KeyRefresh()
    refresh.fetched(true, at: .zero)
    #expect(refresh.hasKeys)
    _ = refresh.step(for: .upkeep, at: MediaTime(milliseconds: day * 1000))
    #expect(!refresh.hasKeys)
  }
}
