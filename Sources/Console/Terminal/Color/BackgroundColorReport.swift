extension TerminalTraits.Background {
  /// What an answer about the background's colour says: `11;rgb:1b1b/2b2b/3b3b` (OSC 11); `nil` if it is another answer.
  init?(report: some Collection<UInt8>) {
    let text = String(decoding: report, as: UTF8.self)
    guard let colon = text.firstIndex(of: ":"), ["11;rgb", "11;rgba"].contains(text[..<colon]) else { return nil }
    let parts = text[text.index(after: colon)...].split(separator: "/", omittingEmptySubsequences: false)
    let shares = parts.prefix(3).compactMap { part -> Double? in
      guard (1...4).contains(part.utf8.count), part.allSatisfy(\.isHexDigit), let value = UInt16(part, radix: 16) else {
        return nil
      }
      return Double(value) / Double((1 << (4 * part.utf8.count)) - 1)
    }
    guard shares.count == 3 else { return nil }
    // Relative luminance, with a gamma of 2, which is near enough to tell night from day.
    let luminance = 0.2126 * shares[0] * shares[0] + 0.7152 * shares[1] * shares[1] + 0.0722 * shares[2] * shares[2]
    self = luminance < 0.1 ? .dark : luminance > 0.5 ? .light : .unknown
  }
}
