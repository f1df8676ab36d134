/// Where a menu stands, and which of its entries are seen.
struct MenuLayout {
  let region: Region
  /// Lines above the list: an explanation.
  let introduction: [String]
  let introductionRegion: Region
  /// The row of the filter, while there is one.
  let filterRegion: Region?
  /// The entries that the filter lets through.
  let entries: MenuList
  /// Where the cursor is among them.
  let cursor: Int?
  /// Columns of the longest title of the whole menu, so that nothing moves while somebody types.
  let titleColumns: Int
  let list: Region
  /// The first entry that is seen.
  let first: Int
  /// Lines below the list about all of it.
  let note: [String]
  let noteRegion: Region
  /// Lines below the list about the entry under the cursor.
  let explanation: Region

  init(_ menu: Menu, in state: ConsoleState, body: Region, introduction text: String? = nil) {
    let entries = menu.list(in: state)
    let all = menu.filter.isEmpty ? entries : menu.whole(in: state)
    let hasFilter = menu.findsAsTyped || menu.isFiltering || !menu.filter.isEmpty
    let wide = min(body.columns, Self.columns(of: all, hasText: text != nil, most: min(90, body.columns - 8)))
    let inner = wide - 4
    let lines = text.map { wrapped($0, to: inner) } ?? []
    let remark = menu.note(in: state)?.text
    let remarks = remark.map { wrapped($0, to: inner - 2) } ?? []
    let fixed = 2 + (hasFilter ? 1 : 0)
    // First comes the list, at least some of it, then what the step is about, then what is known of all, and of one.
    var free = body.rows - fixed - min(max(all.count, 1), 3)
    let above = lines.count <= free ? lines.count : 0
    free -= above
    let noted = max(0, min(remarks.count, 2, free))
    free -= noted
    let below = max(0, min(all.explanationRows(inner), 3, free))
    let gaps = body.rows > 14 ? (above: above > 0 ? 1 : 0, below: below + noted > 0 ? 1 : 0) : (above: 0, below: 0)
    let used = fixed + above + gaps.above + gaps.below + noted + below
    let seen = max(1, min(max(all.count, 1), body.rows - used))
    region = body.centred(ScreenSize(columns: wide, rows: used + seen))
    let inside = region.insideBorder
    introduction = Array(lines.prefix(above))
    introductionRegion = inside.lines(0..<above)
    var row = above + gaps.above
    filterRegion = hasFilter ? inside.line(row) : nil
    if hasFilter { row += 1 }
    // The selection's bar reaches from border to border.
    let rows = inside.lines(row..<(row + seen))
    list = Region(column: region.column + 1, row: rows.row, columns: region.columns - 2, rows: rows.rows)
    row += seen + gaps.below
    // A note that has no room is cut where it ends, not between its lines.
    note = noted < remarks.count && noted == 1 ? [remark ?? ""] : Array(remarks.prefix(noted))
    noteRegion = inside.lines(row..<(row + noted))
    explanation = inside.lines((row + noted)..<(row + noted + below))
    cursor = menu.index(in: entries)
    first = max(0, min((cursor ?? 0) - list.rows / 2, entries.count - list.rows))
    titleColumns = all.titleColumns
    self.entries = entries
  }

  /// As wide as its entries want it, within reason.
  private static func columns(of entries: MenuList, hasText: Bool, most: Int) -> Int {
    max(46, min(most, max(hasText ? 76 : 0, 3 + entries.titleColumns + 2 + entries.detailColumns + 4)))
  }

  /// The entry at a place, counted among those that the filter lets through.
  func entry(at position: Position) -> Int? {
    guard list.contains(position) else { return nil }
    let index = first + position.row - list.row
    return index < entries.count ? index : nil
  }
}
