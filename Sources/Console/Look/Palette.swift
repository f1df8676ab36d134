/// Styles by what they mean; without colours bold, reverse and underline say the same.
struct Palette: Equatable, Sendable {
  let text: Style
  let faint: Style
  let strong: Style
  let border: Style
  let focusedBorder: Style
  let title: Style
  let key: Style
  let good: Style
  let warning: Style
  let bad: Style
  let live: Style
  let selected: Style
  let disabled: Style
  let input: Style
  let goodBar: Style
  let warningBar: Style
  let badBar: Style
  let neutralBar: Style
  let acknowledged: CellColor
  let sent: CellColor
  let hasColor: Bool

  init(_ colors: TerminalTraits.Colors) {
    hasColor = colors > .mono
    text = Style()
    strong = Style(bold: true)
    guard hasColor else {
      (faint, border, focusedBorder, title) = (Style(), Style(), Style(bold: true), Style(bold: true))
      (key, good, warning) = (Style(bold: true), Style(), Style(bold: true))
      (bad, live) = (Style(bold: true, reversed: true), Style(bold: true))
      (selected, disabled, input) = (Style(reversed: true), Style(dim: true), Style(underlined: true))
      (goodBar, warningBar) = (Style(reversed: true), Style(bold: true, reversed: true))
      (badBar, neutralBar) = (Style(bold: true, reversed: true, underlined: true), Style(bold: true))
      (acknowledged, sent) = (.standard, .standard)
      return
    }
    let rich = colors >= .palette256
    func color(_ name: CellColor.Name, _ red: UInt8, _ green: UInt8, _ blue: UInt8) -> CellColor {
      rich ? .rgb(red: red, green: green, blue: blue) : .named(name)
    }
    let green = color(.green, 0x5F, 0xC9, 0x7F)
    let yellow = color(.yellow, 0xE8, 0xB8, 0x4B)
    let red = color(.red, 0xF0, 0x5F, 0x5F)
    let blue = color(.cyan, 0x6C, 0xB6, 0xE8)
    let grey = rich ? CellColor.rgb(red: 0x8A, green: 0x8F, blue: 0x98) : .standard
    faint = rich ? Style(grey) : Style(dim: true)
    border = rich ? Style(.rgb(red: 0x58, green: 0x5E, blue: 0x68)) : Style(.named(.blue))
    (focusedBorder, title, key) = (Style(blue), Style(bold: true), Style(blue, bold: true))
    (good, warning) = (Style(green), Style(yellow, bold: true))
    (bad, live) = (Style(red, bold: true), Style(red, bold: true))
    let white = CellColor.named(.white)
    let black = CellColor.named(.black)
    selected =
      rich
      ? Style(white, on: .rgb(red: 0x2F, green: 0x55, blue: 0x7A), bold: true)
      : Style(white, on: .named(.blue), bold: true)
    disabled = faint
    input = Style(underlined: true)
    goodBar = Style(
      rich ? .rgb(red: 0xFF, green: 0xFF, blue: 0xFF) : black, on: color(.green, 0x1E, 0x7A, 0x45), bold: rich)
    warningBar = Style(black, on: color(.yellow, 0xE8, 0xB8, 0x4B), bold: rich)
    badBar = Style(
      rich ? .rgb(red: 0xFF, green: 0xFF, blue: 0xFF) : white, on: color(.red, 0xB8, 0x2C, 0x2C), bold: true)
    neutralBar = Style(
      rich ? .rgb(red: 0xFF, green: 0xFF, blue: 0xFF) : white, on: color(.blue, 0x3A, 0x42, 0x50), bold: true)
    (acknowledged, sent) = (green, yellow)
  }
}
