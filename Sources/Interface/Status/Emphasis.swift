/// How a word stands out on a terminal, whatever its background: no colour as text, since no shade of the eight colours
/// can be read on black and on white.
public enum Emphasis: String, Sendable {
  case good = "30;42"
  /// The terminal's own colours, exchanged.
  case warning = "7"
  case bad = "1;37;41"
  case strong = "1"

  /// The text between SGR sequences (ECMA-48 §8.3.117).
  public func applied(to text: String) -> String { "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" }
}
