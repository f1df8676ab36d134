/// A list to choose from, with what is known of the entry under the cursor.
enum MenuDialog {
  static func draw(
    _ menu: Menu, title: String? = nil, introduction: String? = nil, _ state: ConsoleState, on canvas: inout Canvas,
    in body: Region
  ) {
    let place = MenuLayout(menu, in: state, body: body, introduction: introduction)
    let entries = place.entries
    let palette = canvas.palette
    canvas.fill(place.region)
    let count = entries.count > place.list.rows ? "\((place.cursor ?? 0) + 1) of \(entries.count)" : ""
    canvas.box(
      place.region, title: title ?? menu.title, remark: Line(count, palette.faint), isFocused: true)
    canvas.put(place.introduction.map { Line($0, palette.text) }, in: place.introductionRegion)
    if let filter = place.filterRegion {
      TextField.draw(
        menu.filter, prefix: "/", isFocused: menu.isFiltering || menu.findsAsTyped, on: &canvas, in: filter)
      if menu.findsAsTyped, menu.filter.isEmpty {
        canvas.put("type to filter", palette.faint, in: filter.inset(columns: 2, rows: 0))
      }
    }
    if entries.isEmpty { canvas.put("  nothing matches", palette.faint, in: place.list) }
    for row in 0..<place.list.rows where place.first + row < entries.count {
      let index = place.first + row
      draw(
        entries[index], isUnderCursor: index == place.cursor, titles: place.titleColumns, on: &canvas,
        in: place.list.line(row))
    }
    // In a narrow window the border has no room for the count.
    if place.first > 0 { more(canvas.glyphs.less, on: &canvas, in: place.list.line(0)) }
    if place.first + place.list.rows < entries.count {
      more(canvas.glyphs.more, on: &canvas, in: place.list.line(place.list.rows - 1))
    }
    let isTrouble = menu.note(in: state)?.isTrouble ?? false
    canvas.put(
      place.note.enumerated().map { index, text in
        let sign = isTrouble && index == 0 ? "\(canvas.glyphs.warning) " : ""
        return Line(sign + text, isTrouble ? palette.warning : palette.text)
      }, in: place.noteRegion)
    guard let cursor = place.cursor else { return }
    let text = entries[cursor].refusal ?? entries[cursor].explanation
    canvas.put(
      wrapped(text, to: place.explanation.columns).map { Line($0, palette.faint) }, in: place.explanation)
  }

  /// A sign at the right end of a row: there are entries beyond it.
  private static func more(_ sign: String, on canvas: inout Canvas, in row: Region) {
    canvas.put(sign, canvas.palette.faint, in: row, alignment: .trailing)
  }

  private static func draw(
    _ entry: MenuEntry, isUnderCursor: Bool, titles: Int, on canvas: inout Canvas, in place: Region
  ) {
    let palette = canvas.palette
    let glyphs = canvas.glyphs
    let style = isUnderCursor ? palette.selected : entry.refusal == nil ? palette.text : palette.disabled
    let detail = isUnderCursor ? palette.selected.plain : palette.faint
    canvas.fill(place, style)
    let signs = "\(isUnderCursor ? glyphs.selected : " ")\(entry.isChosen ? glyphs.chosen : " ") "
    let live = entry.isLive ? "\(glyphs.live) live" : ""
    let inner = Region(
      column: place.column, row: place.row, columns: place.columns - 1 - (entry.isLive ? columns(of: live) + 1 : 0),
      rows: 1)
    // Details stand in a column of their own while titles leave them room; a long title comes first.
    let width = min(titles, max(columns(of: entry.title), inner.columns / 2 - 4))
    let title = padded(cut(entry.title, to: inner.columns - 3, ellipsis: glyphs.ellipsis), to: width)
    canvas.put(
      Line(signs + title, style) + Line(entry.detail.isEmpty ? "" : "  \(entry.detail)", detail), in: inner)
    // At the right end, where the signs stand below each other.
    let end = Region(column: place.column, row: place.row, columns: place.columns - 1, rows: 1)
    canvas.put(Line(live, isUnderCursor ? palette.selected : palette.live), in: end, alignment: .trailing)
  }
}
