internal import CChafa

/// A strip of cells in libchafa, which finds the symbol and the two colours that come nearest to each.
///
/// libchafa takes about 5 µs for a cell, so it is given only cells that change, side by side in a strip.
@safe final class SymbolCanvas {
  /// Cells of the strip.
  static let length = 64
  /// Pixels across and down that libchafa looks at in a cell.
  private static let side = 8

  private let canvas: OpaquePointer
  private let colors: TerminalTraits.Colors
  private var pixels = [UInt8](repeating: 255, count: length * side * side * 4)
  private var glyphs: [UInt32: String] = [:]

  init?(traits: TerminalTraits) {
    colors = traits.colors
    guard let symbols = unsafe chafa_symbol_map_new(), let config = unsafe chafa_canvas_config_new() else { return nil }
    defer {
      unsafe chafa_symbol_map_unref(symbols)
      unsafe chafa_canvas_config_unref(config)
    }
    unsafe chafa_symbol_map_add_by_tags(symbols, Self.symbols(traits))
    unsafe chafa_canvas_config_set_geometry(config, gint(Self.length), 1)
    unsafe chafa_canvas_config_set_canvas_mode(config, Self.mode(traits.colors))
    unsafe chafa_canvas_config_set_symbol_map(config, symbols)
    unsafe chafa_canvas_config_set_color_space(config, CHAFA_COLOR_SPACE_RGB)
    unsafe chafa_canvas_config_set_work_factor(config, 0.1)
    unsafe chafa_canvas_config_set_preprocessing_enabled(config, 0)
    let isCoarse = traits.colors < .palette256
    unsafe chafa_canvas_config_set_dither_mode(config, isCoarse ? CHAFA_DITHER_MODE_ORDERED : CHAFA_DITHER_MODE_NONE)
    guard let canvas = unsafe chafa_canvas_new(config) else { return nil }
    unsafe self.canvas = unsafe canvas
  }

  deinit { unsafe chafa_canvas_unref(canvas) }

  /// Draws up to ``length`` cells from their samples; `place` is given each index with its cell.
  func draw(_ cells: ArraySlice<Int>, of samples: [UInt8], _ place: (Int, Cell) -> Void) {
    for (slot, cell) in cells.enumerated() { put(samples, cell, in: slot) }
    let width = Self.length * Self.side
    unsafe pixels.withUnsafeBufferPointer { buffer in
      unsafe chafa_canvas_draw_all_pixels(
        canvas, CHAFA_PIXEL_RGBA8_UNASSOCIATED, buffer.baseAddress, gint(width), gint(Self.side), gint(width * 4))
    }
    for (slot, cell) in cells.enumerated() { place(cell, self.cell(at: slot)) }
  }

  /// Spreads a cell's two by four samples over its eight by eight pixels.
  private func put(_ samples: [UInt8], _ cell: Int, in slot: Int) {
    let start = cell * PictureSamples.bytesPerCell
    for y in 0..<Self.side {
      for x in 0..<Self.side {
        let source = start + ((y / 2) * 2 + x / 4) * 3
        let target = ((y * Self.length + slot) * Self.side + x) * 4
        pixels[target] = samples[source]
        pixels[target + 1] = samples[source + 1]
        pixels[target + 2] = samples[source + 2]
      }
    }
  }

  private func cell(at slot: Int) -> Cell {
    let character = unsafe chafa_canvas_get_char_at(canvas, gint(slot), 0)
    var (foreground, background): (gint, gint) = (-1, -1)
    switch colors {
    case .mono: return Cell(glyph: glyph(character), style: Style())
    case .eight, .sixteen:
      unsafe chafa_canvas_get_raw_colors_at(canvas, gint(slot), 0, &foreground, &background)
      return Cell(glyph: glyph(character), style: Style(Self.indexed(foreground), on: Self.indexed(background)))
    case .palette256, .trueColor:
      unsafe chafa_canvas_get_colors_at(canvas, gint(slot), 0, &foreground, &background)
      return Cell(glyph: glyph(character), style: Style(Self.packed(foreground), on: Self.packed(background)))
    }
  }

  private func glyph(_ character: gunichar) -> String {
    if let known = glyphs[character] { return known }
    let text = Unicode.Scalar(character).map { String(Character($0)) } ?? " "
    glyphs[character] = text
    return text
  }

  private static func indexed(_ index: gint) -> CellColor {
    if let name = UInt8(exactly: index).flatMap(CellColor.Name.init(rawValue:)) { return .named(name) }
    guard (8..<16).contains(index) else { return .standard }
    let shade = ColorPalette.sixteen[Int(index)]
    return .rgb(red: UInt8(shade.red), green: UInt8(shade.green), blue: UInt8(shade.blue))
  }

  private static func packed(_ color: gint) -> CellColor {
    guard color >= 0 else { return .rgb(red: 0, green: 0, blue: 0) }
    return PictureColor.coarse(Int(color >> 16) & 255, Int(color >> 8) & 255, Int(color) & 255)
  }

  private static func mode(_ colors: TerminalTraits.Colors) -> ChafaCanvasMode {
    switch colors {
    case .mono: CHAFA_CANVAS_MODE_FGBG
    case .eight: CHAFA_CANVAS_MODE_INDEXED_8
    case .sixteen: CHAFA_CANVAS_MODE_INDEXED_16
    case .palette256, .trueColor: CHAFA_CANVAS_MODE_TRUECOLOR
    }
  }

  private static func symbols(_ traits: TerminalTraits) -> ChafaSymbolTags {
    let flat = CHAFA_SYMBOL_TAG_SPACE.rawValue | CHAFA_SYMBOL_TAG_SOLID.rawValue
    let tags =
      switch traits.glyphs {
      case .ascii: CHAFA_SYMBOL_TAG_SPACE.rawValue | CHAFA_SYMBOL_TAG_ASCII.rawValue
      case .blocks: flat | CHAFA_SYMBOL_TAG_VHALF.rawValue
      case .full: flat | CHAFA_SYMBOL_TAG_BLOCK.rawValue
      }
    return ChafaSymbolTags(rawValue: tags)
  }
}
