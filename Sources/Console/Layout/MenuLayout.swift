/// Where a menu stands, and which of its entries are seen.
struct MenuLayout: Equatable {
  let region: Region
  /// Lines above the list: an explanation.
  let introduction: [String]
  let introductionRegion: Region
  /// The row of the filter, while there is one.
  let filterRegion: Region?
  let list: Region
  /// The first entry that is seen.
  let first: Int
  /// Lines below the list about the entry under the cursor.
  let explanation: Region

  init(_ menu: Menu, in state: ConsoleState, body: Region, introduction text: String? = nil) {
    let entries = menu.entries(in: state)
    let all = menu.allEntries(in: state)
    let isFiltered = menu.isFiltering || !menu.filter.isEmpty
    let wide = min(body.columns, Self.columns(of: all, hasText: text != nil, most: min(90, body.columns - 8)))
    let inner = wide - 4
    let lines = text.map { wrapped($0, to: inner) } ?? []
    let explained = all.map { wrapped($0.explanation, to: inner).count }.max() ?? 0
    let fixed = 2 + (isFiltered ? 1 : 0)
    // First comes the list, at least some of it, then what the step is about, then what the entry is.
    var free = body.rows - fixed - min(max(all.count, 1), 3)
    let above = lines.count <= free ? lines.count : 0
    free -= above
    let below = max(0, min(explained, 3, free))
    let gaps = body.rows > 14 ? (above: above > 0 ? 1 : 0, below: below > 0 ? 1 : 0) : (above: 0, below: 0)
    let seen = max(1, min(max(all.count, 1), body.rows - fixed - below - above - gaps.above - gaps.below))
    region = body.centred(
      ScreenSize(columns: wide, rows: fixed + above + gaps.above + seen + gaps.below + below))
    let inside = region.insideBorder
    introduction = Array(lines.prefix(above))
    introductionRegion = inside.lines(0..<above)
    var row = above + gaps.above
    filterRegion = isFiltered ? inside.line(row) : nil
    if isFiltered { row += 1 }
    // The selection's bar reaches from border to border.
    let rows = inside.lines(row..<(row + seen))
    list = Region(column: region.column + 1, row: rows.row, columns: region.columns - 2, rows: rows.rows)
    explanation = inside.lines((row + seen + gaps.below)..<(row + seen + gaps.below + below))
    let cursor = menu.index(in: entries) ?? 0
    first = max(0, min(cursor - list.rows / 2, entries.count - list.rows))
  }

  /// As wide as its entries want it, within reason.
  private static func columns(of entries: [MenuEntry], hasText: Bool, most: Int) -> Int {
    let titles = entries.map { Console.columns(of: $0.title) }.max() ?? 0
    let details = entries.map { Console.columns(of: $0.detail) }.max() ?? 0
    return max(46, min(most, max(hasText ? 76 : 0, 3 + titles + 2 + details + 4)))
  }

  /// The entry at a place, counted among those that the filter lets through.
  func entry(at position: Position, count: Int) -> Int? {
    guard list.contains(position) else { return nil }
    let index = first + position.row - list.row
    return index < count ? index : nil
  }
}
