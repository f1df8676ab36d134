public import Media

/// What is wrong with the text of a secret; never says it.
public struct SecretError: ExplainedError, Equatable, Sendable {
  /// What may be wrong.
  public enum Fault: Equatable, Sendable {
    case empty
    case wrongLength(bytes: Int)
    case forbiddenCharacter
  }

  /// What is wrong.
  public let fault: Fault
  /// What, and what to do.
  public let explanation: Explanation
}

/// What the text of a secret may be; one rule for each kind of secret.
package struct SecretRule: Sendable {
  private let name: String
  private let byteCounts: ClosedRange<Int>
  private let forbidden: String
  private let source: String
  private let isAllowed: @Sendable (Unicode.Scalar) -> Bool

  /// - Parameters:
  ///   - name: what it is called: `stream key`.
  ///   - forbidden: what it holds where `isAllowed` says no, in words.
  ///   - source: what to do where there is no text at all.
  package init(
    _ name: String, byteCounts: ClosedRange<Int>, forbidden: String, source: String,
    isAllowed: @escaping @Sendable (Unicode.Scalar) -> Bool
  ) {
    self.name = name
    self.byteCounts = byteCounts
    self.forbidden = forbidden
    self.source = source
    self.isAllowed = isAllowed
  }

  /// The text, if it may be one.
  package func checked(_ text: String) throws(SecretError) -> String {
    let count = text.utf8.count
    guard count > 0 else { throw SecretError(fault: .empty, explanation: Explanation("the \(name) is empty", source)) }
    guard byteCounts.contains(count) else {
      let (least, most) = (byteCounts.lowerBound, byteCounts.upperBound)
      let limits = least > 1 ? "\(least) to \(most)" : "at most \(most)"
      throw SecretError(
        fault: .wrongLength(bytes: count),
        explanation: Explanation(
          "the \(name) has \(count) bytes, \(limits) are possible",
          "check that it was copied whole, and nothing else with it"))
    }
    guard text.unicodeScalars.allSatisfy(isAllowed) else {
      throw SecretError(
        fault: .forbiddenCharacter,
        explanation: Explanation("the \(name) holds \(forbidden)", "check that it was copied whole"))
    }
    return text
  }
}
