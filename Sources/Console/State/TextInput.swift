/// One line of text while somebody types it; it may be a secret, so it describes itself without its text.
struct TextInput: Equatable, Sendable {
  private var content: Secret
  /// Characters before the cursor.
  private(set) var cursor: Int

  init(_ text: String = "") {
    content = Secret(text)
    cursor = text.count
  }

  var text: String { content.text }
  var isEmpty: Bool { content.text.isEmpty }

  /// What a key does to a text; `false` where it means nothing here.
  mutating func handle(_ key: Key) -> Bool {
    switch key {
    case .character(let character): insert(String(character))
    case .paste(let text): insert(text)
    case .backspace: remove(at: cursor - 1)
    case .delete: remove(at: cursor)
    case .left: cursor = max(0, cursor - 1)
    case .right: cursor = min(text.count, cursor + 1)
    case .home, .control("a"): cursor = 0
    case .end, .control("e"): cursor = text.count
    case .control("u"): self = TextInput()
    case .control("w"): removeWord()
    default: return false
    }
    return true
  }

  /// Inserts text at the cursor without line breaks and other control characters.
  mutating func insert(_ added: String) {
    let scalars = added.unicodeScalars.filter { $0.properties.generalCategory != .control }
    let clean = String(String.UnicodeScalarView(scalars))
    var text = content.text
    text.insert(contentsOf: clean, at: text.index(text.startIndex, offsetBy: cursor))
    let before = content.text.count - cursor
    content.text = text
    cursor = text.count - before
  }

  private mutating func remove(at position: Int) {
    guard (0..<text.count).contains(position) else { return }
    content.text.remove(at: text.index(text.startIndex, offsetBy: position))
    cursor = position
  }

  private mutating func removeWord() {
    let characters = Array(text)
    var start = cursor
    while start > 0, characters[start - 1] == " " { start -= 1 }
    while start > 0, characters[start - 1] != " " { start -= 1 }
    content.text = String(characters[..<start] + characters[cursor...])
    cursor = start
  }
}
