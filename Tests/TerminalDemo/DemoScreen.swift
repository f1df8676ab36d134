import Console

/// The screens that the demo draws.
enum DemoScreen {
  /// Colours, attributes, lines and wide glyphs.
  static func make(size: ScreenSize, traits: TerminalTraits) -> Screen {
    var screen = Screen(size: size)
    screen.write("terminal \(size.columns)x\(size.rows)", column: 0, row: 0, Style(bold: true))
    screen.write("colors \(traits.colors) glyphs \(traits.glyphs)", column: 0, row: 1, Style())
    for (index, name) in CellColor.Name.allCases.enumerated() {
      screen.write(
        " \(index) ", column: index * 3, row: 2, Style(.named(name == .black ? .white : .black), on: .named(name)))
    }
    for column in 0..<min(48, size.columns) {
      let shade = UInt8(column * 5)
      let style = Style(
        .rgb(red: shade, green: 255 - shade, blue: 128), on: .rgb(red: 255 - shade, green: shade, blue: 64))
      screen.write(traits.glyphs == .ascii ? "#" : "▀", column: column, row: 3, style)
    }
    screen.write("bold", column: 0, row: 4, Style(bold: true))
    screen.write("dim", column: 6, row: 4, Style(dim: true))
    screen.write("reversed", column: 11, row: 4, Style(reversed: true))
    screen.write("underlined", column: 21, row: 4, Style(underlined: true))
    screen.write("red", column: 33, row: 4, Style(.named(.red)))
    screen.write("カメラ", column: 0, row: 5, Style(), width: 2)
    screen.write("|after wide", column: 6, row: 5, Style())
    screen.write("bad\u{1B}[31m\u{7}\u{9B}end", column: 0, row: 6, Style())
    // What turns the writing's direction, a soft hyphen, a joiner, a line separator, a byte order mark.
    screen.write("x\u{202E}y\u{2066}z\u{AD}\u{200D}\u{2028}\u{FEFF}!", column: 0, row: 7, Style())
    screen.write("cafe\u{301} end", column: 20, row: 6, Style())
    screen.write("input: ", column: 0, row: 8, Style())
    return screen
  }

  /// Half blocks of colours without order.
  static func noise(size: ScreenSize, seed: UInt32) -> Screen {
    var screen = Screen(size: size)
    var state = seed &* 2_654_435_761 | 1
    func next() -> UInt8 {
      state ^= state << 13
      state ^= state >> 17
      state ^= state << 5
      return UInt8(truncatingIfNeeded: state >> 8)
    }
    for row in 0..<size.rows {
      for column in 0..<size.columns {
        let style = Style(
          .rgb(red: next(), green: next(), blue: next()), on: .rgb(red: next(), green: next(), blue: next()))
        screen[Position(column: column, row: row)] = cell("▀", style)
      }
    }
    return screen
  }
}

extension Screen {
  /// Writes text; glyphs of two columns leave an empty cell behind them.
  mutating func write(_ text: String, column: Int, row: Int, _ style: Style, width: Int = 1) {
    for (index, character) in text.enumerated() {
      self[Position(column: column + index * width, row: row)] = cell(String(character), style)
      if width == 2 { self[Position(column: column + index * width + 1, row: row)] = cell("", style) }
    }
  }
}

/// A cell of a glyph in a style.
private func cell(_ glyph: String, _ style: Style) -> Cell {
  var cell = Cell.blank
  cell.glyph = glyph
  cell.style = style
  return cell
}
