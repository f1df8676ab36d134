import Console
import Testing

@Suite("QR codes") struct QRCodeTests {
  private static let link = "https://example.com/live/index.m3u8"
  private static let large = ScreenSize(columns: 80, rows: 40)

  @Test("two rows of modules share a cell, with the quiet zone around them") func halfBlocks() throws {
    let traits = TerminalTraits(colors: .palette256, glyphs: .blocks)
    let code = try #require(QRCode.cells(for: Self.link, within: Self.large, traits: traits))
    // Version 3 has 29 modules a side; with four on each side 37.
    #expect(code.size == ScreenSize(columns: 37, rows: 19))
    let rows = text(code)
    #expect(rows[0] == String(repeating: "█", count: 37))
    #expect(rows[2].hasPrefix("████ ▄▄▄▄▄ "))
    #expect(rows[3].hasPrefix("████ █   █ "))
    #expect(rows[18] == String(repeating: "▀", count: 37))
  }

  @Test("without block glyphs a module is two spaces") func ascii() throws {
    let traits = TerminalTraits(colors: .eight, glyphs: .ascii)
    let code = try #require(QRCode.cells(for: Self.link, within: Self.large, traits: traits))
    #expect(code.size == ScreenSize(columns: 74, rows: 37))
    #expect(code.cells.allSatisfy { $0.glyph == " " })
    #expect(Set(code.cells.map(\.style)).count == 2)
  }

  @Test("without colours and block glyphs light modules are reversed") func monochrome() throws {
    let traits = TerminalTraits(colors: .mono, glyphs: .ascii)
    let code = try #require(QRCode.cells(for: Self.link, within: Self.large, traits: traits))
    #expect(Set(code.cells.map(\.style.isReversed)) == [true, false])
    #expect(code.cells.first?.style.isReversed == true)
  }

  @Test("the quiet zone shrinks before the code is given up") func small() throws {
    let traits = TerminalTraits(colors: .palette256, glyphs: .full)
    let tight = try #require(
      QRCode.cells(for: Self.link, within: ScreenSize(columns: 33, rows: 17), traits: traits))
    #expect(tight.size == ScreenSize(columns: 33, rows: 17))
    #expect(QRCode.cells(for: Self.link, within: ScreenSize(columns: 32, rows: 17), traits: traits) == nil)
    #expect(QRCode.cells(for: String(repeating: "x", count: 5000), within: Self.large, traits: traits) == nil)
    #expect(QRCode.cells(for: "", within: Self.large, traits: traits) == nil)
  }

  private func text(_ picture: PictureCells) -> [String] {
    (0..<picture.size.rows).map { row in
      picture.cells[(row * picture.size.columns)..<((row + 1) * picture.size.columns)].map(\.glyph).joined()
    }
  }
}
