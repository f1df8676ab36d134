internal import Media

/// Makes foreign words fit to be shown: one line, not long, and nothing in it that looks like a key or a token.
enum SafeText {
  static let limit = 200

  /// The line; what looks like a secret is `<hidden>`.
  static func line(_ text: String) -> String {
    var line = ""
    var word = ""
    for scalar in ForeignText.cleaned(text, limit: 4 * limit).unicodeScalars {
      if isOfSecrets(scalar) {
        word.unicodeScalars.append(scalar)
        continue
      }
      line += shown(word)
      word = ""
      line.unicodeScalars.append(scalar)
    }
    line += shown(word)
    let trimmed = line[...].trimmed
    return trimmed.count > limit ? "\(trimmed.prefix(limit))…" : String(trimmed)
  }

  /// The last line that is not empty.
  static func lastLine(_ bytes: [UInt8]) -> String {
    let text = String(decoding: bytes, as: UTF8.self)
    return line(String(text.split(whereSeparator: \.isNewline).last { !$0[...].trimmed.isEmpty } ?? ""))
  }

  /// The characters of keys and tokens: base64's both alphabets.
  private static func isOfSecrets(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "+", "/", "=", "_", "-": true
    default: false
    }
  }

  /// Names of errors and options are long words, too, but have no digits.
  private static func shown(_ word: String) -> String {
    guard word.utf8.count >= 16, word.contains(where: \.isNumber) else { return word }
    return "<hidden>"
  }
}
