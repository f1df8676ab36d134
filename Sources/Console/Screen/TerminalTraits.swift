/// What the terminal can show; found out once, or said by the settings.
public struct TerminalTraits: Equatable, Sendable {
  /// How many colours there are.
  public enum Colors: Int, Comparable, Sendable {
    case mono, eight, sixteen, palette256, trueColor

    /// Fewer colours come first.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  }

  /// Which glyphs can be trusted to be there.
  public enum Glyphs: Int, Comparable, Sendable {
    /// ASCII alone.
    case ascii
    /// Box lines and the half, full and shaded blocks, as the Linux console's font has them.
    case blocks
    /// Eighths of blocks and common signs too.
    case full

    /// Poorer ones come first.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  }

  /// What text stands on.
  public enum Background: Sendable {
    /// The terminal has not said, or it is something between.
    case unknown
    case dark, light
  }

  /// How many colours there are.
  public var colors: Colors
  /// Which glyphs can be trusted.
  public var glyphs: Glyphs
  /// What the terminal said of its background.
  public var background = Background.unknown

  /// Makes traits.
  public init(colors: Colors, glyphs: Glyphs) {
    self.colors = colors
    self.glyphs = glyphs
  }
}
