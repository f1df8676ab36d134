/// The commands whose keys can be changed.
enum KeyMenu {
  static func entries(_ keymap: Keymap) -> [MenuEntry] {
    KeymapEntry.table.filter(\.isRemappable).map { entry in
      let isOwn = keymap.isChanged(entry.command)
      let defaults = isOwn ? " Its default is \(KeyText.names(entry.keys))." : ""
      return MenuEntry(
        identifier: entry.command.rawValue, title: entry.command.rawValue,
        detail: KeyText.names(keymap.keys(entry.command)), explanation: entry.help + defaults, isChosen: isOwn)
    }
  }
}

/// A command that waits for its new key.
struct NewKey: Equatable, Sendable {
  let command: Command
  /// The key that was pressed, and the command that has it already.
  var taken: Taken?

  struct Taken: Equatable, Sendable {
    let key: Key
    let owner: Command
  }
}
