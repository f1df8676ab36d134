import Interface
import Testing

@testable import Console

/// The shades that a terminal has for the sixteen colours, and what can be read on what.
struct ColorTable: Sendable, CustomTestStringConvertible {
  typealias Shade = (red: Int, green: Int, blue: Int)

  let name: String
  let shades: [Shade]
  /// Whether bold takes the brighter of a colour's two shades.
  let brightens: Bool
  var testDescription: String { name }

  /// xterm's own, and those of the Linux console (VGA's).
  static let all = [
    ColorTable(name: "xterm, bold brightens", shades: ColorPalette.sixteen, brightens: true),
    ColorTable(name: "xterm, bold is a font", shades: ColorPalette.sixteen, brightens: false),
    ColorTable(
      name: "Linux console",
      shades: [
        (0, 0, 0), (170, 0, 0), (0, 170, 0), (170, 85, 0), (0, 0, 170), (170, 0, 170), (0, 170, 170), (170, 170, 170),
        (85, 85, 85), (255, 85, 85), (85, 255, 85), (255, 255, 85), (85, 85, 255), (255, 85, 255), (85, 255, 255),
        (255, 255, 255),
      ], brightens: true),
  ]

  /// The shade of a colour's number, as ``ColorPalette`` gives it.
  func shade(_ color: CellColor, _ colors: TerminalTraits.Colors, isBold: Bool) -> Shade {
    let code = Int(ColorPalette(colors: colors).code(color))
    switch code {
    case ..<8: return shades[code + (isBold && brightens ? 8 : 0)]
    case ..<16: return shades[code]
    case 16..<232 where colors == .palette256:
      let level = { (step: Int) in step == 0 ? 0 : 55 + 40 * step }
      return (level((code - 16) / 36), level((code - 16) / 6 % 6), level((code - 16) % 6))
    case 232..<256 where colors == .palette256:
      return (8 + 10 * (code - 232), 8 + 10 * (code - 232), 8 + 10 * (code - 232))
    default: return (code >> 16 & 255, code >> 8 & 255, code & 255)
    }
  }

  /// The contrast ratio of two shades (WCAG 2, relative luminance).
  static func contrast(_ left: Shade, _ right: Shade) -> Double {
    func luminance(_ shade: Shade) -> Double {
      func linear(_ value: Int) -> Double {
        let share = Double(value) / 255
        guard share > 0.04045 else { return share / 12.92 }
        // ((share + 0.055) / 1.055) ^ 2.4, by its fifth root.
        let base = (share + 0.055) / 1.055
        var root = base
        for _ in 0..<30 { root -= (root * root * root * root * root - base) / (5 * root * root * root * root) }
        return base * base * root * root
      }
      return 0.2126 * linear(shade.red) + 0.7152 * linear(shade.green) + 0.0722 * linear(shade.blue)
    }
    let (one, other) = (luminance(left) + 0.05, luminance(right) + 0.05)
    return max(one, other) / min(one, other)
  }

  /// What is wrong with a style for text, or for lines, on whatever ground the terminal can have; `nil` for nothing.
  func fault(_ style: Style, _ traits: TerminalTraits, isLine: Bool = false) -> String? {
    let colors = traits.colors
    if style.isReversed {
      guard style.foreground == .standard, style.background == .standard else { return "reversed colours" }
      return style.isBold || style.isUnderlined ? "the Linux console shows it grey on grey" : nil
    }
    guard style.background != .standard else {
      guard style.foreground != .standard else { return nil }
      if colors < .palette256 { return "a colour on an unknown ground" }
      let text = shade(style.foreground, colors, isBold: style.isBold)
      let grounds: [Shade] =
        switch traits.background {
        case .dark: [(0, 0, 0), (40, 44, 52), (27, 43, 59)]
        case .light: [(255, 255, 255), (253, 246, 227), (238, 238, 238)]
        case .unknown: [(0, 0, 0), (255, 255, 255)]
        }
      let worst = grounds.map { Self.contrast(text, $0) }.min() ?? 0
      return worst >= (isLine ? 3 : traits.background == .unknown ? 4 : 4.5) ? nil : "contrast \(worst) on its ground"
    }
    guard style.foreground != .standard else { return "an unknown colour on a ground" }
    let ratio = Self.contrast(
      shade(style.foreground, colors, isBold: style.isBold), shade(style.background, colors, isBold: false))
    return ratio >= 4.5 ? nil : "contrast \(ratio)"
  }
}

@Suite("What can be read on every terminal") struct PaletteTests {
  static let traits = [TerminalTraits.Colors.mono, .eight, .sixteen, .palette256, .trueColor].flatMap { colors in
    [TerminalTraits.Background.unknown, .dark, .light].map { ground in
      var traits = TerminalTraits(colors: colors, glyphs: .blocks)
      traits.background = ground
      return traits
    }
  }

  @Test(
    "the ratio is the one of the standard",
    arguments: [
      ((0, 0, 0), (255, 255, 255), 21), ((118, 118, 118), (255, 255, 255), 4.54),
      ((255, 0, 0), (255, 255, 255), 4.0), ((0, 0, 255), (0, 0, 0), 2.44),
    ] as [(ColorTable.Shade, ColorTable.Shade, Double)])
  func ratio(one: ColorTable.Shade, other: ColorTable.Shade, ratio: Double) {
    #expect(abs(ColorTable.contrast(one, other) - ratio) < 0.01)
  }

  @Test(
    "what was unreadable is told",
    arguments: [
      (Style(.named(.black), on: .named(.green), bold: true), TerminalTraits.Colors.eight),
      (Style(.named(.cyan), bold: true), .eight), (Style(.named(.white), on: .named(.cyan), bold: true), .eight),
      (Style(.rgb(red: 0x6C, green: 0xB6, blue: 0xE8)), .trueColor), (Style(bold: true, reversed: true), .mono),
    ])
  func unreadable(style: Style, colors: TerminalTraits.Colors) {
    #expect(ColorTable.all.contains { $0.fault(style, TerminalTraits(colors: colors, glyphs: .full)) != nil })
  }

  @Test("every style of every palette", arguments: ColorTable.all, traits)
  func styles(table: ColorTable, traits: TerminalTraits) {
    let palette = Palette(traits)
    let named = Mirror(reflecting: palette).children.flatMap { child -> [(String, Style)] in
      let name = child.label ?? ""
      if let style = child.value as? Style { return [(name, style)] }
      if let color = child.value as? CellColor { return [(name, Style(color))] }
      return (child.value as? [Style] ?? []).map { (name, $0) }
    }
    #expect(named.count > 20)
    for (name, style) in named {
      if let fault = table.fault(style, traits, isLine: name == "border") {
        Issue.record("\(traits) \(name): \(fault)")
      }
    }
    #expect(palette.meter.count == 3)
  }

  @Test("every letter of every screen and dialog", arguments: traits) func screens(traits: TerminalTraits) {
    func check(_ screen: Screen, _ name: String) {
      let letters = screen.cells.filter { $0.glyph.first.map { $0.isLetter || $0.isNumber } ?? false }
      for style in Set(letters.map(\.style)) {
        for table in ColorTable.all {
          if let fault = table.fault(style, traits) { Issue.record("\(name), \(traits), \(table.name): \(fault)") }
        }
      }
    }
    for (name, status) in SnapshotTests.broadcasts {
      check(ConsoleView.screen(Samples.state(status, traits: traits)), name)
    }
    for (name, status, keys) in SnapshotTests.dialogs where name != "code" {
      var reducer = Reducer(state: Samples.state(status, traits: traits))
      for key in keys { _ = reducer.handle(.key(key)) }
      check(ConsoleView.screen(reducer.state), name)
    }
  }
}
