/// Styles by what they mean; without colours bold and reverse say the same.
///
/// Where the terminal does not say whether its background is dark or light, text on it has a colour only in a shade
/// that both carry; the eight colours have none, and there it stays in the terminal's own. Text in colour on a coloured
/// background brings both along. Bold makes eight-colour black grey, and on the Linux console also what is reversed or
/// underlined there: none of these is bold.
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
  /// A meter's zones, from quiet to too loud.
  let meter: [Style]
  let acknowledged: CellColor
  let sent: CellColor
  /// Whether bars in a graph are told by their colour.
  let hasGraphColors: Bool

  /// Chooses the styles for a terminal.
  init(_ traits: TerminalTraits) {
    let colors = traits.colors
    text = Style()
    strong = Style(bold: true)
    title = Style(bold: true)
    input = Style(underlined: true)
    hasGraphColors = colors >= .palette256
    guard hasGraphColors else {
      (faint, border, good) = (Style(), Style(), Style())
      (focusedBorder, key, warning) = (Style(bold: true), Style(bold: true), Style(bold: true))
      (disabled, warningBar) = (Style(dim: true), Style(reversed: true))
      meter = [Style(), Style(), Style()]
      (acknowledged, sent) = (.standard, .standard)
      if colors == .mono {
        (bad, live, selected) = (Style(reversed: true), Style(bold: true), Style(reversed: true))
        (goodBar, badBar, neutralBar) = (Style(reversed: true), Style(reversed: true), Style(bold: true))
      } else {
        let alarm = Style(.named(.white), on: .named(.red), bold: true)
        let calm = Style(.named(.white), on: .named(.blue), bold: true)
        (bad, live, selected) = (alarm, alarm, calm)
        (goodBar, badBar, neutralBar) = (Style(.named(.black), on: .named(.green)), alarm, calm)
      }
      return
    }
    let shades = Self.shades(traits.background).map(Self.color)
    let (line, grey, green, amber, blue, red) = (shades[0], shades[1], shades[2], shades[3], shades[4], shades[5])
    let white = Self.color(0xFFFFFF)
    let alarm = Style(white, on: Self.color(0xAF0000), bold: true)
    (border, faint, disabled) = (Style(line), Style(grey), Style(grey))
    (focusedBorder, key) = (Style(blue), Style(blue, bold: true))
    (good, warning, bad, live) = (Style(green), Style(amber, bold: true), alarm, alarm)
    selected = Style(white, on: Self.color(0x2F557A), bold: true)
    goodBar = Style(white, on: Self.color(0x1E7A45), bold: true)
    warningBar = Style(Self.color(0x000000), on: Self.color(0xE8B84B), bold: true)
    badBar = alarm
    neutralBar = Style(white, on: Self.color(0x3A4250), bold: true)
    meter = [Style(green), Style(amber), Style(red)]
    (acknowledged, sent) = (green, amber)
  }

  /// A grey for lines; grey, green, amber, blue and red for text.
  private static func shades(_ background: TerminalTraits.Background) -> [UInt32] {
    switch background {
    case .dark: [0x767676, 0x949494, 0x5FD787, 0xE8B84B, 0x5FAFFF, 0xFF5F87]
    case .light: [0x878787, 0x626262, 0x00702F, 0x875F00, 0x005FAF, 0xAF005F]
    // As far from black as from white.
    case .unknown: [0x767676, 0x767676, 0x00875F, 0xAF5F00, 0x0087AF, 0xD7005F]
    }
  }

  private static func color(_ value: UInt32) -> CellColor {
    .rgb(
      red: UInt8(truncatingIfNeeded: value >> 16), green: UInt8(truncatingIfNeeded: value >> 8),
      blue: UInt8(truncatingIfNeeded: value))
  }
}
