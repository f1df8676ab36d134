internal import Interface
internal import Media

extension Reducer {
  /// Asks for another key of a command.
  mutating func askForKey(of entry: MenuEntry) -> [ConsoleEffect] {
    guard let command = Command(rawValue: entry.identifier) else { return [] }
    state.dialogs.append(.newKey(NewKey(command: command)))
    return []
  }

  /// Takes the key that a command is to have; every key is meant as such, but for those that the dialog names.
  mutating func press(_ key: Key, in new: NewKey) -> [ConsoleEffect] {
    if let taken = new.taken {
      guard key == .enter else {
        replaceTop(.newKey(NewKey(command: new.command)))
        return []
      }
      return use(new.command) { keymap throws(KeymapError) in
        try keymap.taking(taken.key, from: taken.owner, to: new.command)
      }
    }
    switch key {
    case .escape: closeTop()
    case .enter: say("Enter opens and selects everywhere; press another key", isRefusal: true)
    case .backspace: return use(new.command) { keymap throws(KeymapError) in try keymap.giving(nil, to: new.command) }
    case .delete: return use(new.command) { keymap throws(KeymapError) in try keymap.giving([], to: new.command) }
    default:
      // What cannot be written into the settings is no key: a paste, or what a terminal answers.
      guard KeyText.key(KeyText.name(key)) == key else {
        say("that cannot be a key", isRefusal: true)
        return []
      }
      return use(new.command, key) { keymap throws(KeymapError) in try keymap.giving([key], to: new.command) }
    }
    return []
  }

  /// Gives a key that is free now back to whom it was taken from; what there is to say of other commands.
  private mutating func others(than command: Command, _ before: Keymap) -> String {
    let released = before.keys(command).filter { !state.keymap.keys(command).contains($0) }
    let back = state.keymap.returning(released, butNotTo: command)
    state.keymap = back.keymap
    let lost = KeymapEntry.table.map(\.command).filter {
      $0 != command && !before.keys($0).isEmpty && state.keymap.keys($0).isEmpty
    }
    let words =
      lost.map { "\($0.rawValue) has no key now" }
      + back.commands.map { "\($0.rawValue) has \(state.keymap.keyName($0)) again" }
    return words.map { "; \($0)" }.joined()
  }

  private mutating func use(
    _ command: Command, _ key: Key? = nil, _ change: (Keymap) throws(KeymapError) -> Keymap
  ) -> [ConsoleEffect] {
    let before = state.keymap
    do throws(KeymapError) { state.keymap = try change(before) } catch {
      if let key, let owner = error.commands.compactMap(Command.init).first(where: { $0 != command }) {
        replaceTop(.newKey(NewKey(command: command, taken: NewKey.Taken(key: key, owner: owner))))
      } else {
        say(error.description, isRefusal: true)
      }
      return []
    }
    closeTop()
    let isKept = !state.settings.isReadOnly
    say(
      "\(command.rawValue): \(KeyText.names(state.keymap.keys(command)))\(isKept ? "" : ", in this console only")"
        + others(than: command, before))
    return isKept ? [.saveKeys(state.keymap.remaps)] : []
  }
}
