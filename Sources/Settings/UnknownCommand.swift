/// A first word that is none of a program's commands.
public struct UnknownCommand: Equatable, Sendable {
  /// What to say of it.
  public let text: String

  /// Looks at the first of `arguments`; `nil` where it is a command, an option, or not there.
  public init?(in arguments: some Collection<String>, among names: [String], of program: String) {
    guard let word = arguments.first, !word.hasPrefix("-"), !names.contains(word) else { return nil }
    let meant = suggestion(for: word, among: names).map { " Did you mean \($0)?" } ?? ""
    text = Redaction.applied(
      to: "Error: Unknown command '\(word)'.\(meant)\nSee '\(program) --help' for the commands.\n")
  }
}
