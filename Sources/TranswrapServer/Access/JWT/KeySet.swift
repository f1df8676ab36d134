/// The keys that an issuer publishes (a JWKS, RFC 7517 §5).
struct KeySet: Sendable {
  /// More keys than any issuer has at once.
  static let mostKeys = 64
  /// The longest document in bytes.
  static let longest = 256 << 10

  let keys: [VerificationKey]
  /// How many of the document's keys are not used.
  let passedOver: Int

  /// Why a document is of no use.
  enum Problem: Error, Equatable, CustomStringConvertible {
    case tooLong
    case notJSON(JSONText.Problem)
    case noKeys
    case tooManyKeys
    case noUsableKey

    var description: String {
      switch self {
      case .tooLong: "the document has more than \(KeySet.longest >> 10) KiB"
      case .notJSON(.nameTwice): "the document has a name twice in an object"
      case .notJSON(.nestedTooDeeply): "the document is nested too deeply"
      case .notJSON: "the document is not JSON"
      case .noKeys: "the document has no list `keys`"
      case .tooManyKeys: "the document has more than \(KeySet.mostKeys) keys"
      case .noUsableKey: "the document has no key for signatures of a kind that is known"
      }
    }
  }

  /// Reads a document; a key that cannot be used is no reason to do without the others.
  init(_ document: [UInt8]) async throws(Problem) {
    guard document.count <= Self.longest else { throw .tooLong }
    let object: [String: JSONText.Value]
    do { object = try JSONText.object(document) } catch { throw .notJSON(error) }
    guard case .list(let values)? = object["keys"] else { throw .noKeys }
    guard values.count <= Self.mostKeys else { throw .tooManyKeys }
    var keys: [VerificationKey] = []
    for value in values {
      do { keys.append(try await VerificationKey(value)) } catch { continue }
    }
    guard !keys.isEmpty else { throw .noUsableKey }
    self.keys = keys
    passedOver = values.count - keys.count
  }

  /// Whether there is a key that a token may mean.
  func has(_ name: String?) -> Bool { !candidates(name).isEmpty }

  /// The keys that a token may mean: those of its name, which need not be one alone (RFC 7517 §4.5); without a name
  /// only where there is no choice.
  private func candidates(_ name: String?) -> [VerificationKey] {
    guard let name else { return keys.count == 1 ? keys : [] }
    return keys.filter { $0.name == name }
  }

  /// Whether one of the keys signed the token.
  func verifies(_ token: SignedToken) -> Bool {
    candidates(token.keyName).contains {
      $0.algorithmName == token.algorithm && $0.verifies(token.signature, of: token.signed)
    }
  }
}
