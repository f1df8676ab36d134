/// Columns that a character takes in a terminal: none, one, or two (Unicode Standard Annex 11).
func columns(of character: Character) -> Int {
  // Nearly all there is to draw: ASCII, and the box lines and blocks of U+2500 to U+259F.
  let bytes = character.utf8
  if bytes.count == 1, let byte = bytes.first { return byte >= 0x20 && byte < 0x7F ? 1 : 0 }
  let scalars = character.unicodeScalars
  guard let first = scalars.first else { return 0 }
  if first.value < 0x7F { return first.value < 0x20 ? 0 : scalars.contains("\u{FE0F}") ? 2 : 1 }
  if (0x2500...0x259F).contains(first.value), bytes.count == 3 { return 1 }
  if isZeroWidth(first) { return 0 }
  // A variation selector asks for the emoji's picture, and that is wide.
  if scalars.contains("\u{FE0F}") { return 2 }
  return isWide(first) ? 2 : 1
}

/// Columns that a text takes.
func columns(of text: some StringProtocol) -> Int { text.reduce(0) { $0 + columns(of: $1) } }

private func isZeroWidth(_ scalar: Unicode.Scalar) -> Bool {
  if (0x7F..<0xA0).contains(scalar.value) { return true }
  // Hangul vowels and final consonants join the syllable before them.
  if (0x1160...0x11FF).contains(scalar.value) { return true }
  switch scalar.properties.generalCategory {
  case .nonspacingMark, .enclosingMark, .control, .lineSeparator, .paragraphSeparator: return true
  case .format: return scalar.value != 0xAD
  default: return false
  }
}

private func isWide(_ scalar: Unicode.Scalar) -> Bool {
  if scalar.properties.isEmojiPresentation { return true }
  let value = scalar.value
  guard value >= wideRanges[0].lowerBound else { return false }
  var low = 0
  var high = wideRanges.count
  while low < high {
    let middle = (low + high) / 2
    if value < wideRanges[middle].lowerBound {
      high = middle
    } else if value > wideRanges[middle].upperBound {
      low = middle + 1
    } else {
      return true
    }
  }
  return false
}

/// Ranges that are W or F in EastAsianWidth.txt, neighbours joined; emoji are known by their property.
private let wideRanges: [ClosedRange<UInt32>] = [
  0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x2E99, 0x2E9B...0x2EF3, 0x2F00...0x2FD5, 0x2FF0...0x303E,
  0x3041...0x3096, 0x3099...0x30FF, 0x3105...0x312F, 0x3131...0x318E, 0x3190...0x31E3, 0x31EF...0x321E,
  0x3220...0x3247, 0x3250...0x4DBF, 0x4E00...0xA48C, 0xA490...0xA4C6, 0xA960...0xA97C, 0xAC00...0xD7A3,
  0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE52, 0xFE54...0xFE66, 0xFE68...0xFE6B, 0xFF01...0xFF60,
  0xFFE0...0xFFE6, 0x16FE0...0x16FE4, 0x16FF0...0x16FF1, 0x17000...0x187F7, 0x18800...0x18CD5,
  0x18D00...0x18D08, 0x1AFF0...0x1AFFE, 0x1B000...0x1B2FB, 0x1F1E6...0x1F1FF, 0x1F200...0x1F202,
  0x1F210...0x1F23B, 0x1F240...0x1F248, 0x1F250...0x1F251, 0x1F260...0x1F265, 0x20000...0x2FFFD,
  0x30000...0x3FFFD,
]
