internal import CNcurses

/// A run of cells in ncurses' form; its memory is used again for each row.
struct CellRow {
  private var cells: [cchar_t] = []
  private var count = 0
  private var text: [wchar_t] = []
  private var lastStyle: Style?
  private var lastAttributes: attr_t = 0
  private var lastPair: Int32 = 0

  /// Takes the first `length` cells of a row, which goes on after them.
  ///
  /// False when colour pairs ran out; the cells concerned then have the terminal's own colours.
  mutating func put(_ row: ArraySlice<Cell>, _ length: Int, _ pairs: inout ColorPairs) -> Bool {
    if cells.count < length { cells = Array(repeating: cchar_t(), count: length) }
    count = 0
    lastStyle = nil
    var hasColors = true
    var index = row.startIndex
    let end = row.startIndex + length
    while index < end {
      let cell = row[index]
      let isWide = index + 1 < row.endIndex && row[index + 1].glyph.isEmpty
      if cell.style != lastStyle { hasColors = take(cell.style, &pairs) && hasColors }
      let width = encode(cell.glyph, isWide: isWide && index + 1 < end)
      append()
      if isWide, index + 1 < end {
        // A glyph of one column where the view thought of two.
        if width == 1 {
          setText(0x20)
          append()
        }
        index += 1
      }
      index += 1
    }
    return hasColors
  }

  /// Writes the cells to ncurses' window.
  mutating func write(row: Int, column: Int) {
    unsafe cells.withUnsafeBufferPointer { buffer in
      _ = unsafe mvwadd_wchnstr(cncurses_window(), Int32(row), Int32(column), buffer.baseAddress, Int32(count))
    }
  }

  private mutating func take(_ style: Style, _ pairs: inout ColorPairs) -> Bool {
    lastStyle = style
    lastAttributes =
      (style.isBold ? cncurses_bold : 0) | (style.isDim ? cncurses_dim : 0)
      | (style.isReversed ? cncurses_reverse : 0) | (style.isUnderlined ? cncurses_underline : 0)
    let pair = pairs.pair(foreground: style.foreground, background: style.background)
    lastPair = pair ?? 0
    return pair != nil
  }

  private mutating func append() {
    unsafe cells.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress, count < buffer.count else { return }
      unsafe cncurses_set_cell(start + count, text, Int32(text.count), lastAttributes, lastPair)
    }
    count += 1
  }

  private mutating func setText(_ character: wchar_t) {
    text.removeAll(keepingCapacity: true)
    text.append(character)
  }

  /// The glyph's characters; what would move the cursor or be of another width becomes a question mark.
  private mutating func encode(_ glyph: String, isWide: Bool) -> Int {
    var scalars = glyph.unicodeScalars.makeIterator()
    guard let base = scalars.next() else {
      setText(0x20)
      return 1
    }
    // Of a soft hyphen terminals disagree whether it takes a column.
    setText(base.value == 0xAD ? 0x2D : wchar_t(base.value))
    if base.isASCII {
      if base.value < 0x20 || base.value == 0x7F { setText(0x3F) }
      if glyph.utf8.count == 1 { return 1 }
    }
    let width = base.isASCII ? 1 : Int(cncurses_width(wchar_t(base.value)))
    guard width == 1 || (width == 2 && isWide) else {
      setText(0x3F)
      return 1
    }
    while text.count < Int(CCHARW_MAX), let mark = scalars.next() {
      if Self.isMark(mark) { text.append(wchar_t(mark.value)) }
    }
    return width
  }

  /// Marks that stand over their base; joiners and selectors are left out, since terminals disagree on their width.
  private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    guard !(0xFE00...0xFE0F).contains(scalar.value), cncurses_width(wchar_t(scalar.value)) == 0 else { return false }
    return scalar.properties.generalCategory == .nonspacingMark || scalar.properties.generalCategory == .enclosingMark
  }
}
