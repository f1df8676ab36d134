public import Media
public import Networking

/// What is wrong with a passphrase; never says it.
public enum SRTPassphraseError: ExplainedError, Equatable, Sendable {
  case empty
  case wrongLength(bytes: Int)
  case forbiddenCharacter

  /// What, where, and what to do.
  public var explanation: Explanation {
    switch self {
    case .empty: Explanation("the passphrase is empty", "give it with `passphrase-file` or IVS_SRT_PASSPHRASE")
    case .wrongLength(let bytes):
      Explanation(
        "the passphrase has \(bytes) bytes, SRT takes \(SRTPassphrase.byteCounts.lowerBound) to "
          + "\(SRTPassphrase.byteCounts.upperBound)",
        "check that it was copied whole")
    case .forbiddenCharacter:
      Explanation("the passphrase holds a line break or a control character", "check that it was copied whole")
    }
  }
}

/// The secret that an SRT stream is encrypted with; both ends have to know it.
///
/// Its value can be read inside this module only.
public struct SRTPassphrase: Secret {
  /// `<passphrase>`.
  public static let placeholder = "<passphrase>"
  /// The bytes that a passphrase may have (`SRTO_PASSPHRASE`).
  public static let byteCounts = 10...79

  /// The passphrase as the library takes it.
  let value: String

  /// Takes a passphrase as it was copied; surrounding white space has to be removed by the caller.
  public init(_ text: String) throws(SRTPassphraseError) {
    guard !text.isEmpty else { throw .empty }
    guard Self.byteCounts.contains(text.utf8.count) else { throw .wrongLength(bytes: text.utf8.count) }
    guard text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
      throw .forbiddenCharacter
    }
    value = text
  }
}
