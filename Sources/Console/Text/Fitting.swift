/// Cuts a text to so many columns, ending in an ellipsis where something is missing.
func cut(_ text: String, to limit: Int, ellipsis: String = "…") -> String {
  guard columns(of: text) > limit else { return text }
  guard limit > 0 else { return "" }
  return beginning(of: text, within: limit - 1) + ellipsis
}

/// As many characters as so many columns hold.
private func beginning(of text: String, within limit: Int) -> String {
  var used = 0
  return String(
    text.prefix { character in
      used += columns(of: character)
      return used <= limit
    })
}

/// Fills a text with spaces on the right up to so many columns.
func padded(_ text: String, to width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - columns(of: text)))
}

/// Breaks a text into lines at spaces; a word longer than a line is broken where it must be.
func wrapped(_ text: String, to width: Int) -> [String] {
  guard width > 0 else { return [] }
  var lines: [String] = []
  var line = ""
  for word in text.split(separator: " ") {
    var rest = String(word)
    if !line.isEmpty, columns(of: line) + 1 + columns(of: rest) <= width {
      line += " " + rest
      continue
    }
    if !line.isEmpty { lines.append(line) }
    while columns(of: rest) > width {
      let head = beginning(of: rest, within: width)
      guard !head.isEmpty else { break }
      lines.append(head)
      rest.removeFirst(head.count)
    }
    line = rest
  }
  if !line.isEmpty { lines.append(line) }
  return lines
}

/// Whether a text contains another, capitals or not.
func contains(_ text: String, _ part: String) -> Bool {
  part.isEmpty || text.lowercased().contains(part.lowercased())
}
