/// What the environment says of a terminal.
struct TerminalEnvironment: Equatable, Sendable {
  var type = ""
  var colorTerm = ""
  var noColor = ""
  var isInsideTmux = false
  /// The locale's codeset, as nl_langinfo says it.
  var codeset = "UTF-8"
}

extension TerminalTraits {
  /// What the terminal can show, from its environment and the number of colours that its description has.
  static func detected(_ environment: TerminalEnvironment, colors count: Int) -> TerminalTraits {
    TerminalTraits(colors: colors(environment, count), glyphs: glyphs(environment))
  }

  private static func colors(_ environment: TerminalEnvironment, _ count: Int) -> Colors {
    guard environment.noColor.isEmpty else { return .mono }
    switch count {
    case ..<8: return .mono
    case ..<16: return .eight
    case ..<256: return .sixteen
    case 256:
      let saysTrueColor = environment.colorTerm == "truecolor" || environment.colorTerm == "24bit"
      // GNU screen hands on the variable of the terminal around it, but not 24-bit colours.
      let isGNUScreen = environment.type.hasPrefix("screen") && !environment.isInsideTmux
      return saysTrueColor && !isGNUScreen ? .trueColor : .palette256
    default: return .trueColor
    }
  }

  private static func glyphs(_ environment: TerminalEnvironment) -> Glyphs {
    let codeset = environment.codeset.uppercased()
    guard codeset == "UTF-8" || codeset == "UTF8" else { return .ascii }
    let hasPoorFont = ["linux", "vt", "cons"].contains { environment.type.hasPrefix($0) }
    return hasPoorFont ? .blocks : .full
  }
}
