internal import Interface
internal import Settings

/// Which key means what; the table of commands with the operator's own keys in it.
public struct Keymap: Equatable, Sendable {
  private var own: [Command: [Key]] = [:]

  /// The keys as they come.
  public init() {}

  /// The keys with changes: `[command name: key]`, several keys separated by spaces; `none` leaves a command without.
  public init(remaps: [String: String]) throws(KeymapError) {
    for (name, text) in remaps.sorted(by: { $0.key < $1.key }) {
      guard let entry = KeymapEntry.table.first(where: { $0.command.rawValue == name }) else {
        let names = KeymapEntry.table.filter(\.isRemappable).map(\.command.rawValue)
        throw .unknownCommand(name, suggestion: suggestion(for: name, among: names))
      }
      guard entry.isRemappable else { throw .fixed(name) }
      var keys: [Key] = []
      for part in text.split(separator: " ") where text != KeyText.none {
        guard let key = KeyText.key(String(part)) else { throw .unknownKey(command: name, key: String(part)) }
        keys.append(key)
      }
      if keys.isEmpty, text != KeyText.none { throw .unknownKey(command: name, key: text) }
      own[entry.command] = keys
    }
    if let collision { throw collision }
  }

  /// What differs from the defaults, as ``init(remaps:)`` takes it.
  public var remaps: [String: String] {
    Dictionary(uniqueKeysWithValues: own.map { ($0.key.rawValue, KeyText.names($0.value)) })
  }

  /// Whether a command has other keys than by default.
  func isChanged(_ command: Command) -> Bool { own[command] != nil }

  /// The same with other keys for a command; `nil` means its default ones.
  func giving(_ keys: [Key]?, to command: Command) throws(KeymapError) -> Keymap {
    var keymap = self
    keymap.own[command] = keys == KeymapEntry.table.first { $0.command == command }?.keys ? nil : keys
    if let collision = keymap.collision { throw collision }
    return keymap
  }

  /// The same with a key that its owner loses to another command.
  func taking(_ key: Key, from owner: Command, to command: Command) throws(KeymapError) -> Keymap {
    var keymap = self
    keymap.own[owner] = keys(owner).filter { $0 != key }
    return try keymap.giving([key], to: command)
  }

  /// The same where a command without a key gets its default ones back, if they are among those that are free now.
  /// - Returns: the keys, and who got theirs back.
  func returning(_ free: [Key], butNotTo command: Command) -> (keymap: Keymap, commands: [Command]) {
    var (keymap, commands) = (self, [Command]())
    for entry in KeymapEntry.table
    where entry.command != command && own[entry.command] == [] && entry.keys.contains(where: free.contains) {
      guard let changed = try? keymap.giving(nil, to: entry.command) else { continue }
      keymap = changed
      commands.append(entry.command)
    }
    return (keymap, commands)
  }

  /// The keys of a command.
  func keys(_ command: Command) -> [Key] {
    own[command] ?? KeymapEntry.table.first { $0.command == command }?.keys ?? []
  }

  /// A command's first key in words.
  func keyName(_ command: Command) -> String { keys(command).first.map(KeyText.name) ?? ":\(command.rawValue)" }

  /// All keys of a command in words.
  func keyNames(_ command: Command) -> [String] { keys(command).map(KeyText.name) }

  /// What a key means in a place.
  func command(for key: Key, in context: KeyContext) -> Command? {
    if context.takesText, case .character = key { return nil }
    return KeymapEntry.table.first { $0.contexts.contains(context) && keys($0.command).contains(key) }?.command
  }

  private var collision: KeymapError? {
    let table = KeymapEntry.table
    for (index, entry) in table.enumerated() {
      for other in table[(index + 1)...] {
        let shared = entry.contexts.intersection(other.contexts)
        for key in keys(entry.command) where keys(other.command).contains(key) {
          if case .character = key, shared.allSatisfy(\.takesText) { continue }
          if shared.isEmpty { continue }
          return .collision(
            key: KeyText.name(key), first: entry.command.rawValue, second: other.command.rawValue)
        }
      }
    }
    return nil
  }
}
