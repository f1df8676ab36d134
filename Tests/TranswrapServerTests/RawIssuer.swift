import Crypto
import Foundation

@testable import TranswrapServer

/// An issuer that signs whatever it is given, as text.
struct RawIssuer: Sendable {
  private let key = P256.Signing.PrivateKey()
  let name: String?

  init(_ name: String? = "k1") { self.name = name }

  /// Its key as JSON, with further members.
  func published(_ more: String = "") -> String {
    let point = [UInt8](key.publicKey.rawRepresentation)
    let (x, y) = (Base64URL.encode(Array(point[..<32])), Base64URL.encode(Array(point[32...])))
    let kid = name.map { #","kid":"\#($0)""# } ?? ""
    return #"{"kty":"EC","crv":"P-256","x":"\#(x)","y":"\#(y)"\#(kid)\#(more)}"#
  }

  /// A token of a header's and a payload's text.
  func token(header: String? = nil, _ claims: String = RawIssuer.claims) throws -> String {
    let header = header ?? #"{"alg":"ES256"\#(name.map { #","kid":"\#($0)""# } ?? "")}"#
    let signed = Base64URL.encode(Array(header.utf8)) + "." + Base64URL.encode(Array(claims.utf8))
    let signature = try key.signature(for: Data(signed.utf8))
    return signed + "." + Base64URL.encode([UInt8](signature.rawRepresentation))
  }

  static let claims = claims("")
  /// Claims that are taken, with further ones at the end.
  static func claims(_ more: String, exp: String = "99999999999", aud: String = #""app""#) -> String {
    #"{"iss":"me","sub":"ann","exp":\#(exp),"aud":\#(aud),"groups":["venue"]\#(more)}"#
  }

  static let settings = ProxySettings.JWT(
    issuer: "me", keys: "https://keys.example", audience: "app", channelsClaim: "groups")
}
