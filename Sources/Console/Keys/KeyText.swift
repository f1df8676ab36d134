/// Keys as words, in both directions: `m`, `Ctrl-L`, `F1`, `space`.
enum KeyText {
  private static let names: [(key: Key, name: String)] = [
    (.enter, "Enter"), (.escape, "Esc"), (.tab, "Tab"), (.backTab, "Shift-Tab"), (.backspace, "Backspace"),
    (.delete, "Del"), (.insert, "Ins"), (.up, "Up"), (.down, "Down"), (.left, "Left"), (.right, "Right"),
    (.home, "Home"), (.end, "End"), (.pageUp, "PgUp"), (.pageDown, "PgDn"), (.character(" "), "Space"),
  ]

  /// Keys in a row, as the settings have them.
  static func names(_ keys: [Key]) -> String { keys.isEmpty ? none : keys.map(name).joined(separator: " ") }

  /// What stands for no key at all.
  static let none = "none"

  static func name(_ key: Key) -> String {
    if let named = names.first(where: { $0.key == key }) { return named.name }
    switch key {
    case .character(let character): return String(character)
    case .control(let character): return "Ctrl-\(character.uppercased())"
    case .alt(let character): return "Alt-\(character)"
    case .function(let number): return "F\(number)"
    default: return ""
    }
  }

  /// The key that a text names; `nil` where there is none.
  static func key(_ text: String) -> Key? {
    let lower = text.lowercased()
    if let named = names.first(where: { $0.name.lowercased() == lower }) { return named.key }
    let aliases: [String: Key] = [
      "escape": .escape, "return": .enter, "delete": .delete, "insert": .insert, "pageup": .pageUp,
      "pagedown": .pageDown,
    ]
    if let key = aliases[lower] { return key }
    if text.count == 1, let character = text.first { return columns(of: character) > 0 ? .character(character) : nil }
    for prefix in ["ctrl-", "control-", "c-", "^"] where lower.hasPrefix(prefix) {
      let rest = lower.dropFirst(prefix.count)
      guard rest.count == 1, let character = rest.first, character.isASCII, character.isLetter else { return nil }
      return .control(character)
    }
    // With some characters Alt begins what a terminal answers, and is no key.
    if lower.hasPrefix("alt-"), text.count == 5, let character = text.last {
      return character.asciiValue.flatMap(InputState.begun(afterEscape:)) == nil ? .alt(character) : nil
    }
    if lower.hasPrefix("f"), let number = Int(lower.dropFirst()), (1...12).contains(number) {
      return .function(number)
    }
    return nil
  }
}
