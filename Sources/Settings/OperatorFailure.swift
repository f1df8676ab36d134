public import Media

/// Why something cannot go on, in the operator's words, with the exit code that says it to scripts.
public struct OperatorFailure: ExplainedError, Equatable, Sendable {
  private static let longest = 4096

  /// What happened, where, what to do; without control characters, whatever was quoted from a file.
  public let explanation: Explanation
  /// The program's exit code if this ends it.
  public let exitStatus: ExitStatus
  /// The field of a form that it is about, where it is about one.
  public let field: String?

  /// Makes a failure; what looks like a secret in its words is left out, see ``Redaction``.
  public init(_ explanation: Explanation, _ exitStatus: ExitStatus, field: String? = nil) {
    func shown(_ text: String) -> String { Redaction.applied(to: ForeignText.cleaned(text, limit: Self.longest)) }
    self.explanation = Explanation(shown(explanation.cause), explanation.remedy.map(shown))
    self.exitStatus = exitStatus
    self.field = field
  }

  /// The same of a cause that says all there is to say.
  public init(_ cause: String, _ exitStatus: ExitStatus, field: String? = nil) {
    self.init(Explanation(cause), exitStatus, field: field)
  }

  /// The same of a cause and what to do.
  public init(_ cause: String, _ remedy: String, _ exitStatus: ExitStatus, field: String? = nil) {
    self.init(Explanation(cause, remedy), exitStatus, field: field)
  }

  /// The same about a field of a form.
  public func about(_ field: String) -> OperatorFailure { OperatorFailure(explanation, exitStatus, field: field) }
}
