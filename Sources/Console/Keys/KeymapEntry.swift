/// One line of the key table.
struct KeymapEntry: Equatable, Sendable {
  let command: Command
  let keys: [Key]
  /// For the footer: one or two words.
  let label: String
  /// For help and manual: one sentence.
  let help: String
  let contexts: Set<KeyContext>
  var argument = CommandArgument.none
  /// Offered in the footer of its contexts.
  var isHint = true

  init(
    _ command: Command, _ keys: [Key], _ label: String, _ help: String, in contexts: Set<KeyContext> = [.dashboard],
    argument: CommandArgument = .none, isHint: Bool = true
  ) {
    self.command = command
    self.keys = keys
    self.label = label
    self.help = help
    self.contexts = contexts
    self.argument = argument
    self.isHint = isHint
  }

  /// Whether its keys can be changed: those of dialogs are fixed.
  var isRemappable: Bool { contexts.contains(.dashboard) }

  /// Whether it can be typed after `:`; moving about cannot.
  var hasName: Bool {
    switch command {
    case .nextPanel, .previousPanel, .open, .up, .down, .left, .right, .top, .bottom, .pageUp, .pageDown, .commandLine:
      false
    default: isRemappable
    }
  }
}
