import Foundation
import Media
import Settings
import TestSupport
import Testing
import Web

@testable import TranswrapServer

@Suite("Tokens, keys and settings of strangers, random")
struct AccessFuzzTests {
  @Test("no change of a token lets anybody in")
  func tokens() async throws {
    let issuer = RawIssuer()
    let document = #"{"keys":[\#(issuer.published())]}"#
    let authority = JWTAuthority(
      RawIssuer.settings, http: JWKSServer { Web.HTTPAnswer(status: 200, body: Array(document.utf8)) },
      logger: Sessions.logger)
    let token = try issuer.token()
    let good = SignedTokenParts(try SignedToken(token))
    await Fuzz("JSON Web Tokens", count: 800).run { random in
      let text = String(decoding: Fuzz.mutated(Array(token.utf8), &random), as: UTF8.self)
      // The last bits of base64 may differ where the bytes are the same.
      if let parts = try? SignedToken(text), SignedTokenParts(parts) == good { return }
      #expect((try? await authority.verify(text, for: "venue")) == nil, "\(text)")
    }
  }

  private struct SignedTokenParts: Equatable {
    let (signed, signature): ([UInt8], [UInt8])
    init(_ token: SignedToken) { (signed, signature) = (token.signed, token.signature) }
  }

  @Test("claims of any kind are taken or refused")
  func claims() async throws {
    let issuer = RawIssuer()
    let claims = Array(
      RawIssuer.claims(#","nbf":1,"token_use":"access","deep":[{"a":[true,null,-1.5e3,"é\u00e9"]}]"#).utf8)
    let authority = JWTAuthority(
      RawIssuer.settings,
      http: JWKSServer { Web.HTTPAnswer(status: 200, body: Array(#"{"keys":[\#(issuer.published())]}"#.utf8)) },
      logger: Sessions.logger)
    await Fuzz("claims", count: 600).run { random in
      let text = String(decoding: Fuzz.mutated(claims, &random), as: UTF8.self)
      guard let pass = try? await authority.verify((try? issuer.token(text)) ?? "", for: "venue") else { return }
      // Whoever is let in is so by what Foundation reads, too.
      let object = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
      #expect(
        object?["iss"] as? String == "me" && pass.holder.name == "jwt:\(object?["sub"] as? String ?? "?")", "\(text)")
    }
  }

  @Test("any document of keys is read or refused")
  func keys() async {
    let rsa = #"{"kty":"RSA","use":"sig","kid":"r","n":"\#(String(repeating: "wAEC", count: 86))","e":"AQAB"}"#
    let okp = #"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","kid":"o"}"#
    let document = Array(
      #"{"keys":[\#(RawIssuer().published(#","alg":"ES256","key_ops":["verify"]"#)),\#(rsa),\#(okp)]}"#.utf8)
    await Fuzz("JWKS", count: 800).run { random in
      guard let set = try? await KeySet(Fuzz.mutated(document, &random)) else { return }
      #expect((1...KeySet.mostKeys).contains(set.keys.count))
    }
  }

  @Test("any tokens file is read, or refused with its line")
  func tokensFile() async {
    let hash = String(repeating: "0f", count: 32)
    let file = Array(
      "# Tokens\n- sha256: \(hash)\n  name: 'venue'\n  channels: ['venue', '*']\n  expires: '2027-01-31T00:00:00Z'\n"
        .utf8)
    await Fuzz("tokens file", count: 800).run { random in
      let text = String(decoding: Fuzz.mutated(file, &random), as: UTF8.self)
      do throws(OperatorFailure) {
        for entry in try TokenFile(text: text, path: "F").entries {
          #expect(entry.hash.utf8.count == 64 && !entry.channels.isEmpty)
        }
      } catch {
        #expect(error.description.wholeMatch(of: /F:[1-9]\d*: [^\n]+/) != nil, "\(error)")
        #expect(!error.description.contains(hash))
      }
    }
  }

  @Test("any settings are read, or refused in one line")
  func settings() async {
    let text = Array(
      """
      listen: 127.0.0.1:8443
      jwt: {issuer: me, jwks: 'https://keys.example/jwks', audience: app}
      allow: [a, '*.example.net']
      original-urls: true
      limits:
        sessions: 5
        bitrate: 12000k
        idle: 15s
      drain: 1m30s
      log-level: info

      """.utf8)
    await Fuzz("proxy's settings", count: 800).run { random in
      let mutated = String(decoding: Fuzz.mutated(text, &random), as: UTF8.self)
      do throws(OperatorFailure) { _ = try ProxySettings(mutated, path: "F", environment: [:]) } catch {
        #expect(error.description.wholeMatch(of: /F:[^\n]+/) != nil, "\(error)")
        #expect(error.exitStatus == .configuration)
      }
    }
  }
}
