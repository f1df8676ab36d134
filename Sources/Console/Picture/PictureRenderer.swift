/// Turns pictures into character cells, one after the other; only what changed visibly is drawn anew.
///
/// Flat cells become half blocks at once; cells with detail get the symbol that libchafa finds nearest.
public struct PictureRenderer {
  /// Samples of a half that differ less than this are one colour.
  private static let flatness = 28

  /// What the last picture came to.
  public struct Change: Equatable, Sendable {
    /// Cells that differed visibly.
    public var wanted = 0
    /// Cells that were drawn anew.
    public var changed = 0
  }

  /// What the last picture came to, for ``PictureBudget``.
  public private(set) var change = Change()

  private let traits: TerminalTraits
  private let canvas: SymbolCanvas?
  private var samples = PictureSamples()
  private var changes = PictureChanges()
  private var cells: [Cell] = []
  private var detailed: [Int] = []
  private var size = ScreenSize(columns: 0, rows: 0)
  private var isMirrored = false

  /// Makes a renderer for what a terminal can show.
  public init(traits: TerminalTraits) {
    self.traits = traits
    canvas = SymbolCanvas(traits: traits)
  }

  /// The largest size within `limit` that keeps a picture's aspect, a cell being twice as high as wide.
  public static func fit(width: Int, height: Int, within limit: ScreenSize) -> ScreenSize {
    guard width > 0, height > 0, limit.columns > 0, limit.rows > 0 else { return ScreenSize(columns: 0, rows: 0) }
    let columns = (limit.rows * 2 * width + height / 2) / height
    if columns <= limit.columns { return ScreenSize(columns: max(1, columns), rows: limit.rows) }
    let rows = (limit.columns * height + width) / (2 * width)
    return ScreenSize(columns: limit.columns, rows: max(1, min(limit.rows, rows)))
  }

  /// The picture in cells, as large as `limit` allows.
  /// - Parameters:
  ///   - pixels: packed RGB, `width * height * 3` bytes; fewer give no picture.
  ///   - most: how many cells may differ from the picture before, as ``PictureBudget`` says; the rest follows.
  public mutating func render(
    _ pixels: Span<UInt8>, width: Int, height: Int, within limit: ScreenSize, isMirrored: Bool = false,
    changingAtMost most: Int = .max
  ) -> PictureCells {
    let size = Self.fit(width: width, height: height, within: limit)
    guard size.columns > 0, pixels.count >= width * height * 3 else {
      return PictureCells(size: ScreenSize(columns: 0, rows: 0), cells: [])
    }
    if size != self.size || isMirrored != self.isMirrored {
      self.size = size
      self.isMirrored = isMirrored
      cells = Array(repeating: .blank, count: size.columns * size.rows)
      changes.reset()
    }
    samples.take(pixels, width: width, height: height, size: size, isMirrored: isMirrored)
    changes.compare(samples.bytes, limit: most)
    change = Change(wanted: changes.wanted, changed: changes.cells.count)
    draw()
    return PictureCells(size: size, cells: cells)
  }

  /// Forgets the picture before: the next is drawn whole.
  public mutating func reset() {
    changes.reset()
    cells = cells.map { _ in .blank }
  }

  private mutating func draw() {
    detailed.removeAll(keepingCapacity: true)
    for cell in changes.cells {
      if let flat = flatCell(cell) { cells[cell] = flat } else { detailed.append(cell) }
    }
    guard let canvas else { return }
    var rest = detailed[...]
    while !rest.isEmpty {
      canvas.draw(rest.prefix(SymbolCanvas.length), of: samples.bytes) { cells[$0] = $1 }
      rest = rest.dropFirst(SymbolCanvas.length)
    }
  }

  /// A cell whose halves are of one colour each; `nil` if there is more in it, or too few colours for this.
  private func flatCell(_ cell: Int) -> Cell? {
    guard traits.colors >= .palette256 else { return nil }
    let hasSymbols = traits.glyphs != .blocks
    guard let upper = half(cell, 0, mustBeFlat: hasSymbols), let lower = half(cell, 4, mustBeFlat: hasSymbols) else {
      return nil
    }
    let difference = max(abs(upper.0 - lower.0), abs(upper.1 - lower.1), abs(upper.2 - lower.2))
    if difference < 8 || (traits.glyphs == .ascii && difference < Self.flatness) {
      let mean = PictureColor.coarse((upper.0 + lower.0) / 2, (upper.1 + lower.1) / 2, (upper.2 + lower.2) / 2)
      return Cell(glyph: " ", style: Style(.standard, on: mean))
    }
    guard traits.glyphs != .ascii else { return nil }
    let style = Style(
      PictureColor.coarse(upper.0, upper.1, upper.2), on: PictureColor.coarse(lower.0, lower.1, lower.2))
    return Cell(glyph: "▀", style: style)
  }

  /// The mean of the four samples of a half.
  private func half(_ cell: Int, _ first: Int, mustBeFlat: Bool) -> (Int, Int, Int)? {
    let bytes = samples.bytes.span
    let start = cell * PictureSamples.bytesPerCell + first * 3
    func channel(_ offset: Int) -> Int? {
      let (a, b) = (Int(bytes[start + offset]), Int(bytes[start + offset + 3]))
      let (c, d) = (Int(bytes[start + offset + 6]), Int(bytes[start + offset + 9]))
      if mustBeFlat, max(a, b, c, d) - min(a, b, c, d) >= Self.flatness { return nil }
      return (a + b + c + d) / 4
    }
    guard let red = channel(0), let green = channel(1), let blue = channel(2) else { return nil }
    return (red, green, blue)
  }
}
