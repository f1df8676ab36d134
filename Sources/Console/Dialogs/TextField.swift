/// A line of text with a cursor; of a long text the part around the cursor is seen.
enum TextField {
  static func draw(
    _ input: TextInput, prefix: String = "", isMasked: Bool = false, isFocused: Bool = true, style: Style = Style(),
    on canvas: inout Canvas, in place: Region
  ) {
    guard !place.isEmpty else { return }
    canvas.put(prefix, canvas.palette.key, in: place)
    let used = columns(of: prefix)
    let field = Region(
      column: place.column + used, row: place.row, columns: max(0, place.columns - used), rows: 1)
    canvas.fill(field, style)
    let mask = canvas.glyphs.mask
    let characters = isMasked ? Array(repeating: Character(mask), count: input.text.count) : Array(input.text)
    let before = columns(of: String(characters[..<input.cursor]))
    var first = 0
    var skipped = 0
    while before - skipped > field.columns - 1, first < characters.count {
      skipped += columns(of: characters[first])
      first += 1
    }
    let limit = isFocused ? field.columns : .max
    let seen = String(characters[(isFocused ? first : 0)...])
    canvas.put(limit == .max ? seen : String(fitting(seen, limit)), style, in: field)
    if isFocused { canvas.place(cursor: Position(column: field.column + before - skipped, row: field.row)) }
  }

  /// As much as fits, without a sign that there is more: the cursor shows that well enough.
  private static func fitting(_ text: String, _ limit: Int) -> Substring {
    var used = 0
    return text.prefix { character in
      used += columns(of: character)
      return used <= limit
    }
  }
}
