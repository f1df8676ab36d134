internal import JWTKit

/// An issuer's key that signatures are checked with, by one algorithm alone.
struct VerificationKey: Sendable {
  /// `kid`; `nil` where it has none.
  let name: String?
  /// `alg`, as it has to stand in tokens: taken from the key, or pinned by its kind where that leaves it open, so that
  /// no token has a say in it (RFC 8725 §3.1).
  let algorithmName: String
  private let algorithm: any JWTAlgorithm

  /// Names longer than this are nobody's.
  static let longestName = 1024
  /// The largest modulus in bytes: what larger ones cost is out of proportion.
  private static let largestModulus = 1024

  /// Why a key is not used.
  enum Problem: Error, Equatable {
    /// It is no object, or a value of it has the wrong type or size.
    case malformed
    /// Of a kind, a curve or an algorithm that is not known here, or that does not go with the others.
    case unknown
    /// `use` or `key_ops` says that it is for something else (RFC 7517 §4.2, §4.3).
    case notForSignatures
  }

  /// Takes a key of a JWKS (RFC 7517 §4, RFC 7518 §6, RFC 8037 §2); private parts of it are not looked at.
  init(_ value: JSONText.Value) async throws(Problem) {
    guard case .object(let fields) = value else { throw .malformed }
    func text(_ field: String, atMost limit: Int) throws(Problem) -> String? {
      guard let value = fields[field] else { return nil }
      guard let text = value.text, !text.isEmpty, text.utf8.count <= limit else { throw .malformed }
      return text
    }
    func number(_ field: String, atMost limit: Int) throws(Problem) -> String {
      guard let text = try text(field, atMost: limit * 2), let bytes = Base64URL.decode(text),
        (1...limit).contains(bytes.count)
      else { throw .malformed }
      return text
    }
    name = try text("kid", atMost: Self.longestName)
    if let use = try text("use", atMost: 64), use != "sig" { throw .notForSignatures }
    if let operations = fields["key_ops"] {
      guard let operations = operations.texts else { throw .malformed }
      guard operations.contains("verify") else { throw .notForSignatures }
    }
    let given = try text("alg", atMost: 64)
    let identifier = JWKIdentifier(string: name ?? "key")
    let key: JWK
    switch (try text("kty", atMost: 64), try text("crv", atMost: 64)) {
    case ("RSA", _):
      algorithmName = given ?? "RS256"
      guard ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"].contains(algorithmName) else { throw .unknown }
      key = .rsa(
        JWK.Algorithm(rawValue: algorithmName), identifier: identifier,
        modulus: try number("n", atMost: Self.largestModulus), exponent: try number("e", atMost: 8))
    case ("EC", let curve):
      let kinds: [(curve: String, name: String, kind: ECDSACurve, bytes: Int)] = [
        ("P-256", "ES256", .p256, 32), ("P-384", "ES384", .p384, 48), ("P-521", "ES512", .p521, 66),
      ]
      guard let kind = kinds.first(where: { $0.curve == curve }), given ?? kind.name == kind.name else {
        throw .unknown
      }
      algorithmName = kind.name
      key = .ecdsa(
        JWK.Algorithm(rawValue: kind.name), identifier: identifier, x: try number("x", atMost: kind.bytes),
        y: try number("y", atMost: kind.bytes), curve: kind.kind)
    case ("OKP", "Ed25519"):
      algorithmName = "EdDSA"
      guard given ?? "EdDSA" == "EdDSA" else { throw .unknown }
      key = .octetKeyPair(
        .eddsa, identifier: identifier, x: try number("x", atMost: 32), y: nil, curve: .ed25519)
    default: throw .unknown
    }
    do {
      algorithm = try await JWTKeyCollection().add(jwk: key).getKey(for: identifier)
    } catch { throw .malformed }
  }

  /// Whether `signature` is this key's under `text`.
  func verifies(_ signature: [UInt8], of text: [UInt8]) -> Bool {
    (try? algorithm.verify(signature, signs: text)) ?? false
  }
}
