/// A colour as a view wants it; the terminal shows the nearest that it has.
public enum CellColor: Equatable, Hashable, Sendable {
  /// The terminal's own.
  case standard
  /// One of the eight colours that every colour terminal has.
  case named(Name)
  /// 24-bit colour, for pictures and graphs.
  case rgb(red: UInt8, green: UInt8, blue: UInt8)

  /// The eight colours, in the order of ECMA-48 SGR 30…37.
  public enum Name: UInt8, CaseIterable, Sendable { case black, red, green, yellow, blue, magenta, cyan, white }
}

/// How a cell looks.
public struct Style: Equatable, Hashable, Sendable {
  /// Colour of the glyph.
  public var foreground: CellColor
  /// Colour behind it.
  public var background: CellColor
  /// Bold.
  public var isBold: Bool
  /// Fainter than usual.
  public var isDim: Bool
  /// Both colours exchanged: how a selection shows without colours.
  public var isReversed: Bool
  /// Underlined.
  public var isUnderlined: Bool

  /// Makes a style; the terminal's own one without arguments.
  public init(
    _ foreground: CellColor = .standard, on background: CellColor = .standard, bold: Bool = false, dim: Bool = false,
    reversed: Bool = false, underlined: Bool = false
  ) {
    self.foreground = foreground
    self.background = background
    isBold = bold
    isDim = dim
    isReversed = reversed
    isUnderlined = underlined
  }
}
