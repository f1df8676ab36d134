import Testing

@testable import Console

@Suite("Pictures in cells") struct PictureRendererTests {
  private static let colorful = TerminalTraits(colors: .trueColor, glyphs: .blocks)

  @Test(
    "the aspect is kept, a cell being twice as high as wide",
    arguments: [
      ((1280, 720), (160, 45), (160, 45)), ((1280, 720), (80, 45), (80, 23)), ((1280, 720), (200, 45), (160, 45)),
      ((640, 480), (160, 45), (120, 45)), ((720, 1280), (160, 45), (51, 45)), ((100, 1), (20, 10), (20, 1)),
    ])
  func fit(picture: (Int, Int), limit: (Int, Int), size: (Int, Int)) {
    let found = PictureRenderer.fit(
      width: picture.0, height: picture.1, within: ScreenSize(columns: limit.0, rows: limit.1))
    #expect(found == ScreenSize(columns: size.0, rows: size.1))
  }

  @Test("upper and lower halves have their own colours") func halves() {
    var renderer = PictureRenderer(traits: Self.colorful)
    let picture = pixels(4, 4) { _, y in y < 2 ? (255, 0, 0) : (0, 0, 255) }
    let cells = renderer.render(picture.span, width: 4, height: 4, within: ScreenSize(columns: 2, rows: 1))
    #expect(cells.size == ScreenSize(columns: 2, rows: 1))
    for cell in cells.cells {
      #expect(cell.glyph == "▀")
      #expect(cell.style == Style(.rgb(red: 255, green: 0, blue: 0), on: .rgb(red: 0, green: 0, blue: 255)))
    }
  }

  @Test("on wish left and right are exchanged") func mirrored() {
    var renderer = PictureRenderer(traits: Self.colorful)
    let picture = pixels(8, 4) { x, _ in x < 4 ? (255, 255, 255) : (0, 0, 0) }
    let cells = renderer.render(
      picture.span, width: 8, height: 4, within: ScreenSize(columns: 4, rows: 1), isMirrored: true
    ).cells.map(\.style.background)
    let (black, white) = (CellColor.rgb(red: 0, green: 0, blue: 0), CellColor.rgb(red: 255, green: 255, blue: 255))
    #expect(cells == [black, black, white, white])
  }

  @Test("detail becomes a symbol of its shape") func symbols() {
    var renderer = PictureRenderer(traits: TerminalTraits(colors: .trueColor, glyphs: .full))
    let picture = pixels(2, 4) { x, _ in x == 0 ? (250, 250, 250) : (0, 0, 0) }
    let cells = renderer.render(picture.span, width: 2, height: 4, within: ScreenSize(columns: 1, rows: 1))
    #expect(["▌", "▐"].contains(cells.cells.first?.glyph))
  }

  @Test(
    "only glyphs that the terminal has are used",
    arguments: [TerminalTraits.Glyphs.ascii, .blocks, .full],
    [TerminalTraits.Colors.mono, .eight, .sixteen, .palette256, .trueColor])
  func glyphs(glyphs: TerminalTraits.Glyphs, colors: TerminalTraits.Colors) {
    var renderer = PictureRenderer(traits: TerminalTraits(colors: colors, glyphs: glyphs))
    let picture = pixels(160, 90) { x, y in (x * 255 / 160, (x * 7 + y * 11) % 256, y * 255 / 90) }
    let cells = renderer.render(picture.span, width: 160, height: 90, within: ScreenSize(columns: 80, rows: 23)).cells
    for cell in cells {
      let scalar = cell.glyph.unicodeScalars.first?.value ?? 0
      switch glyphs {
      case .ascii: #expect((0x20..<0x7F).contains(scalar))
      case .blocks: #expect([0x20, 0x2580, 0x2584, 0x2588].contains(scalar))
      case .full: #expect(scalar == 0x20 || (0x2580...0x259F).contains(scalar))
      }
      if colors == .mono { #expect(cell.style == Style()) }
    }
    #expect(Set(cells.map(\.glyph)).count + Set(cells.map(\.style)).count > 3, "a picture, not a blank")
  }

  @Test("noise changes nothing, a movement changes its cells alone") func hysteresis() {
    var renderer = PictureRenderer(traits: Self.colorful)
    let limit = ScreenSize(columns: 40, rows: 11)
    var random = SystemRandomNumberGenerator()
    func frame(box: Bool) -> [UInt8] {
      pixels(160, 90) { x, y in
        let noise = Int.random(in: -5...5, using: &random)
        return box && x < 16 && y < 16 ? (250, 250, 250) : (100 + noise, 120 + noise, 140 + noise)
      }
    }
    let first = renderer.render(frame(box: false).span, width: 160, height: 90, within: limit)
    let second = renderer.render(frame(box: false).span, width: 160, height: 90, within: limit)
    #expect(second == first)
    #expect(renderer.change.changed == 0)
    let third = renderer.render(frame(box: true).span, width: 160, height: 90, within: limit)
    #expect(third != first)
    #expect((8...24).contains(renderer.change.changed))
  }

  @Test("a picture with a limit of changes is complete after some pictures") func limited() {
    let limit = ScreenSize(columns: 40, rows: 11)
    let picture = pixels(160, 90) { x, y in (x, y * 2, 0) }
    var whole = PictureRenderer(traits: Self.colorful)
    let expected = whole.render(picture.span, width: 160, height: 90, within: limit)
    var renderer = PictureRenderer(traits: Self.colorful)
    for _ in 0..<5 {
      _ = renderer.render(picture.span, width: 160, height: 90, within: limit, changingAtMost: 100)
      #expect(renderer.change.changed <= 100)
    }
    #expect(renderer.render(picture.span, width: 160, height: 90, within: limit) == expected)
    #expect(renderer.change.changed == 0)
  }

  @Test("too few bytes give no picture") func short() {
    var renderer = PictureRenderer(traits: Self.colorful)
    let cells = renderer.render([1, 2, 3].span, width: 4, height: 4, within: ScreenSize(columns: 2, rows: 1))
    #expect(cells.cells.isEmpty)
  }

  private func pixels(_ width: Int, _ height: Int, _ color: (Int, Int) -> (Int, Int, Int)) -> [UInt8] {
    var bytes: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width {
        let (red, green, blue) = color(x, y)
        bytes += [UInt8(red), UInt8(green), UInt8(blue)]
      }
    }
    return bytes
  }
}
