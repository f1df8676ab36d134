/// A JSON Web Token in its compact form (RFC 7515 §3.1), taken apart and not yet believed.
struct SignedToken: Sendable {
  /// Longer ones do not fit into a request's head.
  static let longest = 16 << 10

  /// `alg` of its header.
  let algorithm: String
  /// `kid` of its header.
  let keyName: String?
  /// What the signature is over.
  let signed: [UInt8]
  let signature: [UInt8]
  private let payload: [UInt8]

  /// - Throws: a refusal in words that are no secret.
  init(_ text: String) throws(AccessRefusal) {
    let parts = text.utf8.count <= Self.longest ? text.split(separator: ".", omittingEmptySubsequences: false) : []
    guard parts.count == 3, let head = Base64URL.decode(parts[0]), let payload = Base64URL.decode(parts[1]),
      let signature = Base64URL.decode(parts[2]), let header = try? JSONText.object(head),
      let algorithm = header["alg"]?.text
    else { throw .invalidToken("it is no JSON Web Token") }
    // What has to be understood is not understood here (RFC 7515 §4.1.11).
    guard header["crit"] == nil else { throw .invalidToken("its header asks for extensions") }
    if let name = header["kid"] {
      guard let text = name.text, text.utf8.count <= VerificationKey.longestName else {
        throw .invalidToken("it is no JSON Web Token")
      }
      keyName = text
    } else {
      keyName = nil
    }
    self.algorithm = algorithm
    self.payload = payload
    self.signature = signature
    signed = Array("\(parts[0]).\(parts[1])".utf8)
  }

  /// Its claims, once the signature was found to be the issuer's.
  func claims() throws(AccessRefusal) -> TokenClaims {
    do { return TokenClaims(values: try JSONText.object(payload)) } catch {
      switch error {
      case .nameTwice: throw .invalidToken("it has a claim twice")
      case .nestedTooDeeply: throw .invalidToken("its claims are nested too deeply")
      case .notJSON, .numberTooLarge: throw .invalidToken("its claims are not JSON")
      }
    }
  }
}
