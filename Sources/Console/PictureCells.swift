/// A picture in character cells, ready to be placed on a screen.
public struct PictureCells: Equatable, Sendable {
  /// How large it is; it keeps the picture's aspect, so it may be smaller than what was asked for.
  public let size: ScreenSize
  /// Row by row.
  public let cells: [Cell]

  /// Makes it; `cells` has `size.columns * size.rows` entries.
  public init(size: ScreenSize, cells: [Cell]) {
    self.size = size
    self.cells = cells
  }
}
