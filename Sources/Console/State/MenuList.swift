/// A menu's entries as the filter leaves them; channels of the account become entries only when they are looked at.
struct MenuList: Sendable {
  private let before: [MenuEntry]
  private let index: ChannelIndex
  /// Rows of the index; `nil` means all.
  private let rows: [Int]?
  private let after: [MenuEntry]
  /// The chosen channel.
  private let chosen: String
  private let filter: FoldedText
  private let isFiltered: Bool

  /// Lists entries, then the index's, then what is done rather than chosen; while a filter looks for something that
  /// comes last.
  init(_ entries: [MenuEntry], actions: [MenuEntry], index: ChannelIndex, chosen: String, filter text: String) {
    let filter = FoldedText(text)
    func passing(_ entries: [MenuEntry]) -> [MenuEntry] {
      text.isEmpty
        ? entries
        : entries.filter { entry in
          let detail = text.count < ChannelIndex.addressLength ? entry.keywords ?? entry.detail : entry.detail
          return FoldedText([entry.title, detail, entry.identifier]).contains(filter)
        }
    }
    before = text.isEmpty ? entries + actions : passing(entries)
    after = text.isEmpty ? [] : passing(actions)
    rows = index.rows(containing: text)
    (self.index, self.chosen, self.filter, isFiltered) = (index, chosen, filter, !text.isEmpty)
  }

  private var rowCount: Int { rows?.count ?? index.channels.count }
  /// Entries there are.
  var count: Int { before.count + rowCount + after.count }
  /// The positions of the entries.
  var indices: Range<Int> { 0..<count }
  /// Whether nothing passes the filter.
  var isEmpty: Bool { count == 0 }

  /// The entry at a position, 0..<count.
  subscript(position: Int) -> MenuEntry {
    if position < before.count { return before[position] }
    let number = position - before.count
    if number < rowCount { return index.entry(rows?[number] ?? number, chosen: chosen) }
    return after[number - rowCount]
  }

  /// Where an entry is.
  func position(of identifier: String) -> Int? {
    before.firstIndex { $0.identifier == identifier } ?? position(ofChannel: identifier)
      ?? after.firstIndex { $0.identifier == identifier }.map { before.count + rowCount + $0 }
  }

  /// Where the cursor is until it is moved: on the chosen entry, while something is looked for on the first that
  /// begins with it.
  var start: Int? {
    guard !isEmpty else { return nil }
    if isFiltered {
      if let found = before.firstIndex(where: { FoldedText($0.title).begins(with: filter) }) { return found }
      if let found = rows?.firstIndex(where: { index.row($0, beginsWith: filter) }) { return before.count + found }
    }
    return before.firstIndex(where: \.isChosen) ?? position(ofChannel: chosen) ?? 0
  }

  /// Columns of the longest title.
  var titleColumns: Int { (before + after).reduce(index.titleColumns) { max($0, columns(of: $1.title)) } }

  /// Columns of the longest detail.
  var detailColumns: Int { (before + after).reduce(index.detailColumns) { max($0, columns(of: $1.detail)) } }

  /// Rows of the longest explanation at a width; those of channels are ARNs, all about as long.
  func explanationRows(_ width: Int) -> Int {
    let channel = index.channels.first.map { [$0.choice] } ?? []
    return ((before + after).flatMap { [$0.explanation, $0.refusal ?? ""] } + channel)
      .reduce(0) { max($0, wrapped($1, to: width).count) }
  }

  private func position(ofChannel name: String) -> Int? {
    guard let row = index.row(of: name) else { return nil }
    guard let rows else { return before.count + row }
    // Rows ascend: halve until there is one.
    var (low, high) = (0, rows.count)
    while low < high {
      let middle = (low + high) / 2
      if rows[middle] < row { low = middle + 1 } else { high = middle }
    }
    return low < rows.count && rows[low] == row ? before.count + low : nil
  }
}
