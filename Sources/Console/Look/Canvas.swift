/// A screen while a view draws on it; nothing goes beyond the region that is named.
struct Canvas {
  private(set) var screen: Screen
  let look: Look

  init(size: ScreenSize, look: Look) {
    screen = Screen(size: size)
    self.look = look
  }

  var glyphs: GlyphSet { look.glyphs }
  var palette: Palette { look.palette }
  var bounds: Region { Region(column: 0, row: 0, columns: screen.size.columns, rows: screen.size.rows) }

  /// Where the cursor blinks.
  mutating func place(cursor: Position) { screen.cursor = cursor }

  /// Puts one cell; of a wide glyph that it covers half, the other half becomes blank.
  mutating func put(_ cell: Cell, column: Int, row: Int) {
    let position = Position(column: column, row: row)
    let before = screen[position]
    if before.glyph.isEmpty, !cell.glyph.isEmpty {
      screen[Position(column: column - 1, row: row)].glyph = " "
    } else if !before.glyph.isEmpty {
      let next = Position(column: column + 1, row: row)
      if screen.contains(next), screen[next].glyph.isEmpty { screen[next].glyph = " " }
    }
    screen[position] = cell
  }

  /// Writes a line at the region's first row, cut with an ellipsis where it is too long.
  mutating func put(_ line: Line, in region: Region, alignment: Alignment = .leading) {
    guard !region.isEmpty else { return }
    let line = line.columns > region.columns ? cutting(line, to: region.columns) : line
    var column = region.column
    switch alignment {
    case .leading: break
    case .centre: column += (region.columns - line.columns) / 2
    case .trailing: column += region.columns - line.columns
    }
    for span in line.spans {
      for character in span.text {
        column += put(character, span.style, column: column, row: region.row, end: region.endColumn)
      }
    }
  }

  /// Writes a text in one style.
  mutating func put(_ text: String, _ style: Style = Style(), in region: Region, alignment: Alignment = .leading) {
    put(Line(text, style), in: region, alignment: alignment)
  }

  /// Writes lines from the region's top, as many as it has rows.
  mutating func put(_ lines: [Line], in region: Region, alignment: Alignment = .leading) {
    for (index, line) in lines.prefix(max(0, region.rows)).enumerated() {
      put(line, in: region.line(index), alignment: alignment)
    }
  }

  /// Fills a region with spaces of a style.
  mutating func fill(_ region: Region, _ style: Style = Style()) {
    for row in region.row..<max(region.row, region.endRow) {
      for column in region.column..<max(region.column, region.endColumn) {
        put(Cell(glyph: " ", style: style), column: column, row: row)
      }
    }
  }

  /// Draws a border with a title in it, and a remark at its right where both fit.
  mutating func box(_ region: Region, title: String, remark: Line = Line([]), isFocused: Bool = false) {
    guard region.columns >= 2, region.rows >= 2 else { return }
    let style = isFocused ? palette.focusedBorder : palette.border
    let box = glyphs.box
    let inner = max(0, region.columns - 2)
    let bar = String(repeating: box[4], count: inner)
    put(box[0] + bar + box[1], style, in: region.line(0))
    for row in 1..<max(1, region.rows - 1) {
      put(Cell(glyph: box[5], style: style), column: region.column, row: region.row + row)
      put(Cell(glyph: box[5], style: style), column: region.endColumn - 1, row: region.row + row)
    }
    put(box[2] + bar + box[3], style, in: region.line(region.rows - 1))
    let titleSpace = Region(column: region.column + 2, row: region.row, columns: max(0, region.columns - 4), rows: 1)
    guard titleSpace.columns > 2, !title.isEmpty else { return }
    let marked = isFocused ? "[\(title)]" : " \(title) "
    put(marked, isFocused ? palette.focusedBorder.bolder : palette.title, in: titleSpace)
    guard remark.columns > 0, Console.columns(of: marked) + remark.columns + 4 <= titleSpace.columns else { return }
    let spaced = Line(" ", style) + remark + Line(" ", style)
    put(spaced, in: titleSpace, alignment: .trailing)
  }

  /// Puts a picture into the region's middle.
  mutating func put(_ picture: PictureCells, in region: Region) {
    let place = region.centred(picture.size)
    for row in 0..<place.rows {
      for column in 0..<place.columns {
        let index = row * picture.size.columns + column
        guard picture.cells.indices.contains(index) else { return }
        put(picture.cells[index], column: place.column + column, row: place.row + row)
      }
    }
  }

  private mutating func put(_ character: Character, _ style: Style, column: Int, row: Int, end: Int) -> Int {
    let width = columns(of: character)
    guard width > 0, column + width <= end else { return 0 }
    let shown = glyphs.shown(character)
    if shown.count == width {
      for (offset, part) in shown.enumerated() {
        put(Cell(glyph: String(part), style: style), column: column + offset, row: row)
      }
      return width
    }
    put(Cell(glyph: shown, style: style), column: column, row: row)
    if width == 2 { put(Cell(glyph: "", style: style), column: column + 1, row: row) }
    return width
  }

  private func cutting(_ line: Line, to limit: Int) -> Line {
    var result = Line([])
    var left = limit
    for span in line.spans {
      let width = columns(of: span.text)
      // The last column belongs to the ellipsis unless this span ends the line within the limit.
      guard width < left else {
        let text = width == left ? span.text + " " : span.text
        result.spans.append(StyledText(text: cut(text, to: left, ellipsis: glyphs.ellipsis), style: span.style))
        break
      }
      result.spans.append(span)
      left -= width
    }
    return result
  }
}

/// Where a line stands in its region.
enum Alignment { case leading, centre, trailing }

extension Style {
  /// The same, bold.
  var bolder: Style {
    var style = self
    style.isBold = true
    return style
  }
}
