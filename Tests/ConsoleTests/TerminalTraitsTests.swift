import Media
import Testing

@testable import Console

@Suite("What a terminal can show") struct TerminalTraitsTests {
  @Test("colours come from its description, and are taken away or added by the environment")
  func colors() {
    func colors(_ count: Int, _ change: (inout TerminalEnvironment) -> Void = { _ in }) -> TerminalTraits.Colors {
      var environment = TerminalEnvironment(type: "xterm-256color")
      change(&environment)
      return TerminalTraits.detected(environment, colors: count).colors
    }
    #expect(colors(0) == .mono)
    #expect(colors(8) == .eight)
    #expect(colors(16) == .sixteen)
    #expect(colors(256) == .palette256)
    #expect(colors(256) { $0.colorTerm = "truecolor" } == .trueColor)
    #expect(colors(256) { ($0.colorTerm, $0.noColor) = ("truecolor", "1") } == .mono)
    #expect(colors(256) { ($0.colorTerm, $0.type) = ("truecolor", "screen-256color") } == .palette256)
    #expect(
      colors(256) { ($0.colorTerm, $0.type, $0.isInsideTmux) = ("truecolor", "screen-256color", true) } == .trueColor)
    #expect(colors(8) { $0.colorTerm = "truecolor" } == .eight)
    #expect(colors(0x100_0000) == .trueColor)
  }

  @Test(
    "glyphs come from the locale and the terminal's font",
    arguments: [
      ("xterm", "UTF-8", TerminalTraits.Glyphs.full), ("xterm", "ANSI_X3.4-1968", .ascii),
      ("xterm", "ISO-8859-1", .ascii), ("linux", "UTF-8", .blocks), ("linux", "ANSI_X3.4-1968", .ascii),
      ("vt220", "utf8", .blocks),
    ])
  func glyphs(type: String, codeset: String, glyphs: TerminalTraits.Glyphs) {
    #expect(TerminalTraits.detected(TerminalEnvironment(type: type, codeset: codeset), colors: 8).glyphs == glyphs)
  }

  @Test(
    "the nearest of 256 colours is taken",
    arguments: [
      ((0, 0, 0), 16), ((255, 255, 255), 231), ((255, 0, 0), 196), ((95, 135, 175), 67), ((128, 128, 128), 244),
      ((9, 9, 9), 232), ((238, 238, 238), 255),
    ])
  func palette(color: (Int, Int, Int), number: Int32) {
    let wanted = CellColor.rgb(red: UInt8(color.0), green: UInt8(color.1), blue: UInt8(color.2))
    #expect(ColorPalette(colors: .palette256).code(wanted) == number)
  }

  @Test("a 24-bit colour is never mistaken for one of the eight named ones") func direct() {
    let palette = ColorPalette(colors: .trueColor)
    for blue in 0..<16 {
      #expect(palette.code(.rgb(red: 0, green: 0, blue: UInt8(blue))) > 7)
    }
    #expect(palette.code(.rgb(red: 1, green: 2, blue: 3)) == 0x01_0203)
    #expect(palette.code(.named(.cyan)) == 6)
  }

  @Test(
    "the ground is what the terminal says, in one to four digits; anything else says nothing",
    arguments: [
      ("11;rgb:1b1b/2b2b/3b3b", TerminalTraits.Background.dark), ("11;rgb:ffff/ffff/ffff", .light),
      ("11;rgb:f/f/e", .light), ("11;rgba:00/2b/36/ff", .dark), ("11;rgb:80/80/80", .unknown),
      ("10;rgb:ff/ff/ff", nil), ("11;rgb:ff/ff", nil), ("11;rgb:ff/ff/zz", nil), ("11;rgb:+f/ff/ff", nil),
      ("11;rgb:fffff/0/0", nil), ("11;rgb://", nil), ("11;?", nil), ("", nil), ("11;#ffffff", nil),
    ] as [(String, TerminalTraits.Background?)])
  func ground(report: String, ground: TerminalTraits.Background?) {
    #expect(TerminalTraits.Background(report: Array(report.utf8)) == ground)
    var decoder = KeyDecoder()
    for byte in Array("\u{1B}]\(report)\u{1B}\\".utf8) { decoder.feed([byte], at: .zero) }
    #expect(decoder.next(at: .zero) == nil)
    #expect(decoder.background == ground ?? .unknown)
  }

  @Test("a description that is damaged or cut short is refused or read, never more") func damaged() throws {
    let environment = ["TERMINFO_DIRS": "/lib/terminfo:/usr/share/terminfo"]
    #expect(DescriptionFile.read(type: "../../etc/passwd") { environment[$0] } == nil)
    let found = try #require(DescriptionFile.read(type: "xterm-256color") { environment[$0] })
    #expect(found.colors == 256)
    #expect(found.withDirectColor?.colors == 0x100_0000)
    var random = SystemRandomNumberGenerator()
    let header: [UInt8] = [0x1A, 0x01, 10, 0, 40, 0, 15, 0, 20, 0, 50, 0]
    for length in 0..<400 {
      var bytes = header + (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
      if length % 2 == 0 { bytes[Int.random(in: 2..<12)] = .random(in: 0...255) }
      _ = CompiledDescription(bytes)?.withDirectColor?.environmentValue
    }
    #expect(CompiledDescription(header) == nil)
    #expect(CompiledDescription([]) == nil)
  }

  @Test("a terminal without a description of its own is taken for its like") func candidates() {
    #expect(TerminalType.candidates(for: "xterm-kitty") == ["xterm-kitty", "xterm-256color", "xterm"])
    #expect(TerminalType.candidates(for: "tmux-256color") == ["tmux-256color", "screen-256color", "screen"])
    #expect(TerminalType.candidates(for: "dumb") == ["dumb"])
  }
}
