/// The words of a command line, by a shell's rules for quotes and backslashes alone (Python's `shlex.split`).
enum ShellWords {
  /// `nil` where a quote is not closed, or a backslash is the last.
  static func split(_ text: String) -> [String]? {
    var words: [String] = []
    var word: String.UnicodeScalarView?
    var quote: Unicode.Scalar?
    var isEscaped = false
    for scalar in text.unicodeScalars {
      if isEscaped {
        // Between double quotes a backslash that escapes nothing stays.
        if quote != nil && scalar != "\\" && scalar != quote { word?.append("\\") }
        word?.append(scalar)
        isEscaped = false
      } else if let open = quote {
        if scalar == open {
          quote = nil
        } else if scalar == "\\" && open == "\"" {
          isEscaped = true
        } else {
          word?.append(scalar)
        }
      } else {
        switch scalar {
        case " ", "\t", "\r", "\n":
          if let complete = word { words.append(String(complete)) }
          word = nil
        case "\"", "'":
          quote = scalar
          word = word ?? .init()
        case "\\":
          isEscaped = true
          word = word ?? .init()
        default:
          word = word ?? .init()
          word?.append(scalar)
        }
      }
    }
    guard quote == nil, !isEscaped else { return nil }
    if let word { words.append(String(word)) }
    return words
  }
}
