public import Interface

/// What the console wants done by its shell.
public enum ConsoleEffect: Equatable, Sendable {
  /// Asks the broadcaster; what comes of it is told as ``ConsoleEvent/answered(_:_:)`` with the same number.
  case request(Int, Intent)
  /// Leaves the program.
  case quit
  /// Goes back to the shell that started it, as Ctrl-Z does.
  case suspend
  /// Paints every cell anew.
  case redraw
  /// Reads events of the log and sends them as ``ConsoleEvent/log(_:)``.
  case readLog(LogQuery)
  /// Keeps the keys that differ from the defaults for the next time, by the commands' names.
  case saveKeys([String: String])
  /// Makes a QR code of this text and sends it as ``ConsoleEvent/qr(_:)``.
  case showQR(String)
  /// From now on delivers pictures of at most this size, or none.
  case pictureRegion(ScreenSize, isOn: Bool, isMirrored: Bool)
}
