/// One cell: a glyph with its style.
public struct Cell: Equatable, Sendable {
  /// What stands there; empty for the right half of a wide glyph.
  public var glyph: String
  /// How it looks.
  public var style: Style

  /// A space in the terminal's own colours.
  public static let blank = Cell(glyph: " ", style: Style())
}

/// A whole screen as a value: what the views make and the terminal draws.
public struct Screen: Equatable, Sendable {
  /// How large it is.
  public let size: ScreenSize
  /// Row by row, `size.columns * size.rows` cells.
  public private(set) var cells: [Cell]
  /// Where the cursor blinks; hidden when `nil`.
  public var cursor: Position?

  /// A blank screen.
  public init(size: ScreenSize) {
    self.size = size
    cells = Array(repeating: .blank, count: max(0, size.columns) * max(0, size.rows))
  }

  /// The cell at a position; writing outside the screen changes nothing.
  public subscript(position: Position) -> Cell {
    get { contains(position) ? cells[position.row * size.columns + position.column] : .blank }
    set { if contains(position) { cells[position.row * size.columns + position.column] = newValue } }
  }

  /// Whether the position is on the screen.
  public func contains(_ position: Position) -> Bool {
    (0..<size.columns).contains(position.column) && (0..<size.rows).contains(position.row)
  }
}
