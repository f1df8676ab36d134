extension Keymap {
  /// The commands whose keys can be changed, with the keys that they have and what they do.
  public static var commands: [(name: String, keys: String, help: String)] {
    KeymapEntry.table.filter(\.isRemappable).map { entry in
      let keys = entry.keys.map(KeyText.name).joined(separator: " ")
      return (entry.command.rawValue, keys.isEmpty ? KeyText.none : keys, entry.help)
    }
  }

  /// One line of the help.
  struct HelpLine: Equatable {
    let keys: String
    /// As it is typed after `:`; empty where it cannot be.
    let name: String
    /// The same with what may follow.
    let usage: String
    let text: String
    /// Why it does nothing now.
    let refusal: String?
  }

  /// The help's lines, those with a text in them.
  func helpLines(in state: ConsoleState, filter: String) -> [HelpLine] {
    KeymapEntry.table.map { entry in
      HelpLine(
        keys: keyNames(entry.command).joined(separator: " "),
        name: entry.hasName ? ":\(entry.command.rawValue)" : entry.isRemappable ? "" : "in dialogs",
        usage: entry.hasName ? ":\(usage(entry))" : entry.isRemappable ? "" : "in dialogs",
        text: entry.help, refusal: entry.isRemappable ? entry.command.disabledReason(in: state) : nil)
    }.filter { line in [line.keys, line.usage, line.text].contains { Console.contains($0, filter) } }
  }

  /// The table of keys for the manual.
  public var markdown: String {
    var lines = ["| Key | Command | Does |", "| --- | --- | --- |"]
    for entry in KeymapEntry.table {
      let keys = keyNames(entry.command).map { "`\($0)`" }.joined(separator: " ")
      let typed = "`:\(usage(entry).replacing("|", with: "\\|"))`"
      let name = entry.hasName ? typed : entry.isRemappable ? "`\(entry.command.rawValue)`" : "in dialogs"
      lines.append("| \(keys) | \(name) | \(entry.help) |")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func usage(_ entry: KeymapEntry) -> String {
    let placeholder = entry.argument.placeholder(after: entry.command)
    return entry.command.rawValue + (placeholder.isEmpty ? "" : " [\(placeholder)]")
  }
}
