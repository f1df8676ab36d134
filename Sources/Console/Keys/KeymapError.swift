/// Why keys cannot be changed as the settings say.
public enum KeymapError: Error, Equatable, Sendable, CustomStringConvertible {
  /// There is no such command.
  case unknownCommand(String, suggestion: String?)
  /// There is no such key.
  case unknownKey(command: String, key: String)
  /// Two commands would have one key.
  case collision(key: String, first: String, second: String)
  /// Keys of dialogs stay what they are.
  case fixed(String)

  /// For the operator, in a sentence.
  public var description: String {
    switch self {
    case .unknownCommand(let name, let suggestion):
      "there is no command \"\(name)\"" + (suggestion.map { "; meant \"\($0)\"?" } ?? "")
    case .unknownKey(let command, let key):
      "\"\(key)\" is no key (for \(command)): write a character, Ctrl-X, Alt-x, F1 to F12, or a name such as Space"
    case .collision(let key, let first, let second):
      "\(key) would mean both \(first) and \(second)"
    case .fixed(let command): "the keys of \"\(command)\" cannot be changed"
    }
  }
}
