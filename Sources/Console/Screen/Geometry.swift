/// A size in character cells.
public struct ScreenSize: Equatable, Hashable, Sendable {
  /// Cells in a row.
  public var columns: Int
  /// Rows.
  public var rows: Int

  /// Makes a size.
  public init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
  }
}

/// A cell's place, from the top left, from zero.
public struct Position: Equatable, Hashable, Sendable {
  /// From the left.
  public var column: Int
  /// From the top.
  public var row: Int

  /// Makes a position.
  public init(column: Int, row: Int) {
    self.column = column
    self.row = row
  }
}

/// A rectangle of cells.
public struct Region: Equatable, Hashable, Sendable {
  /// Its top left cell.
  public var origin: Position
  /// Its size.
  public var size: ScreenSize

  /// Makes a region.
  public init(column: Int, row: Int, columns: Int, rows: Int) {
    origin = Position(column: column, row: row)
    size = ScreenSize(columns: columns, rows: rows)
  }
}
