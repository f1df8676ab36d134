/// Why something cannot go on, in the operator's words, with the exit code that says it to scripts.
public struct OperatorFailure: Error, Equatable, Sendable, CustomStringConvertible {
  /// One line: what happened, where, what to do.
  ///
  /// Without control characters, whatever was quoted from a file.
  public let description: String
  /// The program's exit code if this ends it.
  public let exitStatus: ExitStatus

  /// Makes a failure.
  public init(_ description: String, _ exitStatus: ExitStatus) {
    self.description = Self.line(description)
    self.exitStatus = exitStatus
  }

  private static let longest = 4096

  private static func line(_ text: String) -> String {
    guard text.utf8.count > longest || text.unicodeScalars.contains(where: isControl) else { return text }
    let scalars = text.unicodeScalars.prefix(longest).map { isControl($0) ? " " : $0 }
    return String(String.UnicodeScalarView(scalars)) + (scalars.count < text.unicodeScalars.count ? "…" : "")
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    [.control, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
  }
}
