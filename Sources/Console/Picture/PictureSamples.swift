/// A picture reduced to eight samples per cell, two across and four down: all that cells can show.
struct PictureSamples {
  /// Samples of a cell, and bytes of its samples.
  static let perCell = 8
  static let bytesPerCell = perCell * 3

  private(set) var size = ScreenSize(columns: 0, rows: 0)
  /// Cell by cell, its samples row by row, red, green and blue of each.
  private(set) var bytes: [UInt8] = []

  /// Takes a picture of packed RGB bytes; `size` is the number of cells that it becomes.
  mutating func take(_ pixels: Span<UInt8>, width: Int, height: Int, size: ScreenSize, isMirrored: Bool) {
    self.size = size
    let (across, down) = (size.columns * 2, size.rows * 4)
    if bytes.count != across * down * 3 { bytes = Array(repeating: 0, count: across * down * 3) }
    let columnStarts = (0...across).map { $0 * width / across }
    let rowStarts = (0...down).map { $0 * height / down }
    let columns = size.columns
    var output = bytes.mutableSpan
    for row in 0..<down {
      let top = rowStarts[row]
      let bottom = max(top + 1, rowStarts[row + 1])
      // Four lines and four columns of a large picture say enough of a sample.
      let rowStep = max(1, (bottom - top) / 4)
      for column in 0..<across {
        let left = columnStarts[column]
        let right = max(left + 1, columnStarts[column + 1])
        let columnStep = max(1, (right - left) / 4)
        var (red, green, blue, count) = (0, 0, 0, 0)
        for y in stride(from: top, to: bottom, by: rowStep) {
          for x in stride(from: left, to: right, by: columnStep) {
            let index = (y * width + x) * 3
            red += Int(pixels[index])
            green += Int(pixels[index + 1])
            blue += Int(pixels[index + 2])
            count += 1
          }
        }
        let place = isMirrored ? across - 1 - column : column
        let cell = (row / 4) * columns + place / 2
        let target = cell * Self.bytesPerCell + ((row % 4) * 2 + place % 2) * 3
        output[target] = UInt8(truncatingIfNeeded: red / count)
        output[target + 1] = UInt8(truncatingIfNeeded: green / count)
        output[target + 2] = UInt8(truncatingIfNeeded: blue / count)
      }
    }
  }
}
