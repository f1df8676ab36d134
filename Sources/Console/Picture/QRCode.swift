internal import CQRencode
internal import Glibc

/// A link as a QR code in character cells.
public enum QRCode {
  /// The quiet zone that the standard asks for, and the one that readers are content with.
  private static let quietZones = [4, 2]

  /// The code for a text, dark on light; `nil` if it does not fit, or no code can hold the text.
  ///
  /// The light modules are the foreground, so that it can be read without colours on a dark terminal too.
  public static func cells(for text: String, within size: ScreenSize, traits: TerminalTraits) -> PictureCells? {
    guard !text.isEmpty, let modules = Modules(text) else { return nil }
    for quiet in quietZones {
      let side = modules.side + 2 * quiet
      let needed =
        traits.glyphs == .ascii
        ? ScreenSize(columns: side * 2, rows: side) : ScreenSize(columns: side, rows: (side + 1) / 2)
      guard needed.columns <= size.columns, needed.rows <= size.rows else { continue }
      let isLight = { (column: Int, row: Int) in !modules.isDark(column - quiet, row - quiet) && row < side }
      var cells: [Cell] = []
      cells.reserveCapacity(needed.columns * needed.rows)
      for row in 0..<needed.rows {
        for column in 0..<needed.columns {
          let cell =
            traits.glyphs == .ascii
            ? whole(isLight(column / 2, row), traits.colors)
            : half(isLight(column, row * 2), isLight(column, row * 2 + 1))
          cells.append(cell)
        }
      }
      return PictureCells(size: needed, cells: cells)
    }
    return nil
  }

  private static let light = CellColor.rgb(red: 255, green: 255, blue: 255)
  private static let dark = CellColor.rgb(red: 0, green: 0, blue: 0)

  private static func half(_ upper: Bool, _ lower: Bool) -> Cell {
    let glyph =
      switch (upper, lower) {
      case (true, true): "█"
      case (true, false): "▀"
      case (false, true): "▄"
      case (false, false): " "
      }
    return Cell(glyph: glyph, style: Style(light, on: dark))
  }

  private static func whole(_ isLight: Bool, _ colors: TerminalTraits.Colors) -> Cell {
    if colors == .mono { return Cell(glyph: " ", style: Style(reversed: isLight)) }
    return Cell(glyph: " ", style: isLight ? Style(dark, on: light) : Style(light, on: dark))
  }

  /// The modules of a code, without a quiet zone.
  private struct Modules {
    let side: Int
    private let dark: [Bool]

    init?(_ text: String) {
      guard let code = unsafe QRcode_encodeString(text, 0, QR_ECLEVEL_L, QR_MODE_8, 1) else { return nil }
      defer { unsafe QRcode_free(code) }
      side = Int(unsafe code.pointee.width)
      guard let data = unsafe code.pointee.data else { return nil }
      dark = (0..<(side * side)).map { unsafe data[$0] & 1 == 1 }
    }

    func isDark(_ column: Int, _ row: Int) -> Bool {
      (0..<side).contains(column) && (0..<side).contains(row) && dark[row * side + column]
    }
  }
}
