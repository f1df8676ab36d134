public import Media

/// Why keys cannot be changed as the settings say.
public enum KeymapError: ExplainedError, Equatable, Sendable {
  /// There is no such command.
  case unknownCommand(String, suggestion: String?)
  /// There is no such key.
  case unknownKey(command: String, key: String)
  /// Two commands would have one key.
  case collision(key: String, first: String, second: String)
  /// Keys of dialogs stay what they are.
  case fixed(String)

  /// What, and what to do.
  public var explanation: Explanation {
    switch self {
    case .unknownCommand(let name, let suggestion):
      Explanation(
        "there is no command '\(name)'",
        suggestion.map { "did you mean '\($0)'?" } ?? "`ivs-broadcast settings` lists them")
    case .unknownKey(let command, let key):
      Explanation(
        "'\(key)' is no key for \(command)",
        "write a character, Ctrl-X, Alt-x, F1 to F12, a name such as Space, or none")
    case .collision(let key, let first, let second):
      Explanation("\(key) would mean both \(first) and \(second)", "give one of them another key, or none")
    case .fixed(let command): Explanation("the keys of \(command) cannot be changed", "leave the line out")
    }
  }

  /// The commands that it is about; one of them has the line to change.
  public var commands: [String] {
    switch self {
    case .unknownCommand(let name, _), .unknownKey(let name, _), .fixed(let name): [name]
    case .collision(_, let first, let second): [first, second]
    }
  }
}
