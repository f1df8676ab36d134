extension Region {
  var column: Int { origin.column }
  var row: Int { origin.row }
  var columns: Int { size.columns }
  var rows: Int { size.rows }
  var endColumn: Int { origin.column + size.columns }
  var endRow: Int { origin.row + size.rows }
  var isEmpty: Bool { size.columns <= 0 || size.rows <= 0 }

  func contains(_ position: Position) -> Bool {
    (column..<max(column, endColumn)).contains(position.column) && (row..<max(row, endRow)).contains(position.row)
  }

  /// What is left within a border, with a free column at both sides.
  var insideBorder: Region {
    inset(columns: columns > 8 ? 2 : 1, rows: 1)
  }

  func inset(columns across: Int, rows down: Int) -> Region {
    Region(
      column: column + across, row: row + down, columns: max(0, columns - 2 * across), rows: max(0, rows - 2 * down))
  }

  /// One row of it, counted from its top.
  func line(_ index: Int) -> Region { Region(column: column, row: row + index, columns: columns, rows: 1) }

  /// Some of its rows, counted from its top.
  func lines(_ range: Range<Int>) -> Region {
    let low = max(0, min(range.lowerBound, rows))
    let high = max(low, min(range.upperBound, rows))
    return Region(column: column, row: row + low, columns: columns, rows: high - low)
  }

  /// A region of this size in its middle.
  func centred(_ inner: ScreenSize) -> Region {
    let width = min(inner.columns, columns)
    let height = min(inner.rows, rows)
    return Region(
      column: column + (columns - width) / 2, row: row + (rows - height) / 2, columns: width, rows: height)
  }
}
