internal import Media

/// Why something cannot go on, in the operator's words, with the exit code that says it to scripts.
public struct OperatorFailure: Error, Equatable, Sendable, CustomStringConvertible {
  private static let longest = 4096

  /// One line: what happened, where, what to do.
  ///
  /// Without control characters, whatever was quoted from a file.
  public let description: String
  /// The program's exit code if this ends it.
  public let exitStatus: ExitStatus
  /// The field of a form that it is about, where it is about one.
  public let field: String?

  /// Makes a failure; what looks like a secret in its words is left out, see ``Redaction``.
  public init(_ description: String, _ exitStatus: ExitStatus, field: String? = nil) {
    self.description = Redaction.applied(to: ForeignText.cleaned(description, limit: Self.longest))
    self.exitStatus = exitStatus
    self.field = field
  }

  /// The same about a field of a form.
  public func about(_ field: String) -> OperatorFailure { OperatorFailure(description, exitStatus, field: field) }
}
