internal import Interface

/// What may follow a command's name after `:`.
enum CommandArgument: Equatable, Sendable {
  case none
  /// What follows the same word in ``IntentGrammar``.
  case intent
  /// The name of an entry of this menu, or what else follows the same word in ``IntentGrammar``.
  case entry(Menu.Kind)
  /// How many decibels more, or fewer.
  case gainStep
  /// Whether the preview is shown.
  case preview
  /// A text that events contain.
  case eventSearch

  /// As the help shows it.
  func placeholder(after command: Command) -> String {
    switch self {
    case .none: ""
    case .intent: grammar(of: command)?.argument.filter { !"[]".contains($0) } ?? ""
    case .entry(let kind): kind == .bitrate ? "RATE" : kind.rawValue.uppercased()
    case .gainStep: "DB"
    case .preview: "on|off"
    case .eventSearch: "TEXT"
    }
  }

  /// What it can be completed to.
  func completions(after command: Command, in state: ConsoleState) -> [String] {
    switch self {
    case .none, .gainStep, .eventSearch: []
    case .intent: grammar(of: command)?.choices ?? []
    case .entry(let kind): Menu(kind).names(in: state)
    case .preview: ["on", "off"]
    }
  }

  private func grammar(of command: Command) -> IntentGrammar.Entry? { IntentGrammar.entry(command.rawValue) }
}
