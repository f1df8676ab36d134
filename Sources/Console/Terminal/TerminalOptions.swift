/// How to open a terminal.
public struct TerminalOptions: Sendable {
  /// The device, `/dev/pts/3`; standard input and output when `nil`.
  public var path: String?
  /// Standard output, which the program may have moved.
  public var output: Int32 = 1
  /// Colours as the settings want them, whatever was found out.
  public var colors: TerminalTraits.Colors?
  /// Glyphs as the settings want them, whatever was found out.
  public var glyphs: TerminalTraits.Glyphs?
  /// Whether the mouse is reported; the terminal's own selection then needs the Shift key.
  public var hasMouse = true
  /// The program's name, for the last line after a crash.
  public var program = "ivs-broadcast"
  /// Where the log is, for the last line after a crash.
  public var logPath: String?

  /// Standard input and output, everything found out.
  public init() {}

  /// What is written after a crash, before and after the signal's name.
  var lastWords: (before: String, after: String) {
    ("\r\n\(program) crashed (", logPath.map { "); the log is in \($0)\r\n" } ?? ")\r\n")
  }
}

/// What became of a screen that was to be drawn.
public enum Paint: Equatable, Sendable {
  /// It is on its way to the terminal.
  case painted(bytes: Int)
  /// It is there already.
  case unchanged
  /// The terminal has not taken the paint before; this screen is skipped.
  case busy
  /// The program is suspended or in the background.
  case suspended
  /// The terminal has gone away.
  case gone
}
