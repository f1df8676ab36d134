/// Columns of text that fit a width.
///
/// Where there is too little room, cells of flexible columns are cut first, then the least important columns go.
/// Pure.
struct TextTable {
  struct Column: Equatable {
    let title: String
    /// Those with less go first; `nil` stays.
    var importance: Int?
    /// What it may be cut down to; `nil` is never cut.
    var least: Int?
    /// What it should have where there is room, for cells that come later.
    var wish = 0
  }

  private static let gap = 2
  /// Indices of the columns that are shown, with their widths.
  private let shown: [(index: Int, width: Int)]
  private let columns: [Column]
  private let width: Int?

  /// - Parameters:
  ///   - rows: cells for each column, that widths are taken from.
  ///   - width: of the terminal; `nil` shows everything whole.
  init(_ columns: [Column], _ rows: [[String]], width: Int?) {
    self.columns = columns
    self.width = width
    let natural = columns.indices.map { index in
      rows.reduce(columns[index].title.count) { max($0, $1[index].count) }
    }
    guard let width else {
      shown = columns.indices.map { ($0, natural[$0]) }
      return
    }
    var kept = Array(columns.indices)
    func total(_ widths: [Int]) -> Int { widths.reduce(0, +) + Self.gap * max(0, widths.count - 1) }
    func least(_ index: Int) -> Int { columns[index].least.map { min($0, natural[index]) } ?? natural[index] }
    while total(kept.map(least)) > width,
      let victim = kept.filter({ columns[$0].importance != nil }).min(by: {
        (columns[$0].importance ?? 0) < (columns[$1].importance ?? 0)
      })
    { kept.removeAll { $0 == victim } }
    var widths = kept.map { ($0, least($0)) }
    var room = width - total(widths.map(\.1))
    for place in widths.indices where columns[widths[place].0].least != nil {
      let index = widths[place].0
      let more = max(0, min(room, max(natural[index], columns[index].wish) - widths[place].1))
      widths[place].1 += more
      room -= more
    }
    shown = widths.map { (index: $0.0, width: $0.1) }
  }

  /// Whether every column is there and no cell is cut.
  static func fits(_ columns: [Column], _ rows: [[String]], width: Int?) -> Bool {
    guard let width else { return true }
    let natural = columns.indices.map { index in
      rows.reduce(columns[index].title.count) { max($0, $1[index].count) }
    }
    return natural.reduce(0, +) + gap * max(0, columns.count - 1) <= width
  }

  /// The titles.
  var header: String { line(columns.map(\.title)) }

  /// A row; never wider than the table.
  func line(_ cells: [String]) -> String {
    var line = ""
    for (place, column) in shown.enumerated() {
      let cell = cells[column.index].printable
      let isLast = place == shown.count - 1
      // Without a width, later cells may be longer than those before.
      let text = width != nil && cell.count > column.width ? Self.cut(cell, to: column.width) : cell
      line += text
      if !isLast { line += String(repeating: " ", count: max(0, column.width - text.count) + Self.gap) }
    }
    while line.last == " " { line.removeLast() }
    if let width, line.count > width { return Self.cut(line, to: width) }
    return line
  }

  private static func cut(_ text: String, to width: Int) -> String {
    width < 1 ? "" : "\(text.prefix(width - 1))…"
  }
}
