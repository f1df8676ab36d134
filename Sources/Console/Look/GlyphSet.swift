/// The signs that a terminal can be trusted to have.
struct GlyphSet: Equatable, Sendable {
  let level: TerminalTraits.Glyphs
  /// Top left, top right, bottom left, bottom right, horizontal, vertical.
  let box: [String]
  /// Bars that grow upwards, lowest first; the last fills the cell.
  let rising: [String]
  /// Bars that grow to the right, shortest first; the last fills the cell.
  let growing: [String]
  /// A bar's empty part.
  let trough: String
  /// A graph's bar of what is sent and not acknowledged, where there is no colour to tell.
  let unacknowledged: String
  /// A line across the graph.
  let rule: String
  let hold: String
  let good: String
  let warning: String
  let bad: String
  let pending: String
  let live: String
  let selected: String
  let chosen: String
  let dot: String
  let more: String
  let less: String
  let degree: String
  let mask: String
  let ellipsis: String

  init(_ level: TerminalTraits.Glyphs) {
    self.level = level
    switch level {
    case .full:
      box = ["╭", "╮", "╰", "╯", "─", "│"]
      rising = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
      growing = ["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"]
      (trough, unacknowledged, rule, hold) = ("·", "░", "┄", "▎")
      (good, warning, bad, pending, live) = ("●", "▲", "✖", "○", "●")
      (selected, chosen, dot, more, less, degree, mask, ellipsis) = ("▸", "✓", "·", "↓", "↑", "°", "•", "…")
    case .blocks:
      box = ["┌", "┐", "└", "┘", "─", "│"]
      rising = ["▄", "█"]
      growing = ["▌", "█"]
      (trough, unacknowledged, rule, hold) = ("·", "░", "─", "│")
      (good, warning, bad, pending, live) = ("■", "▲", "‼", "○", "■")
      (selected, chosen, dot, more, less, degree, mask, ellipsis) = ("►", "√", "·", "↓", "↑", "°", "•", "~")
    case .ascii:
      box = ["+", "+", "+", "+", "-", "|"]
      rising = ["#"]
      growing = ["#"]
      (trough, unacknowledged, rule, hold) = (".", "+", "-", "|")
      (good, warning, bad, pending, live) = ("*", "!", "X", "o", "*")
      (selected, chosen, dot, more, less, degree, mask, ellipsis) = (">", "*", "-", "v", "^", " ", "*", "~")
    }
  }

  /// A character as this set can show it.
  func shown(_ character: Character) -> String {
    guard level == .ascii, !character.isASCII else { return String(character) }
    switch character {
    case "…": return "~"
    case "·", "—", "–", "−": return "-"
    case "°": return " "
    case "×": return "x"
    case "’": return "'"
    default: return String(repeating: "?", count: columns(of: character))
    }
  }
}
