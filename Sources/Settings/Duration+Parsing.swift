extension Duration {
  /// Reads `90`, `90s`, `15m`, `1h30m`, `2.5s`.
  public init?(parsing text: some StringProtocol) {
    var seconds = 0.0
    var digits = ""
    var units: [Character: Double] = ["h": 3600, "m": 60, "s": 1]
    guard !text.isEmpty else { return nil }
    for character in text {
      if character.isASCII && character.isNumber || character == "." {
        digits.append(character)
      } else if let unit = units.removeValue(forKey: character), let count = Double(digits) {
        seconds += count * unit
        digits = ""
      } else {
        return nil
      }
    }
    if !digits.isEmpty {
      guard let count = Double(digits), units.count == 3 else { return nil }
      seconds = count
    }
    guard seconds.isFinite, seconds < 1e8 else { return nil }
    self = .milliseconds(Int64((seconds * 1000).rounded()))
  }
}
