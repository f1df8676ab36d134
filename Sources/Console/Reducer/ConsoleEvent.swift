public import Interface
public import Media
public import Settings

/// What the console reacts to.
public enum ConsoleEvent: Equatable, Sendable {
  /// The time, before what happens at it.
  case time(MediaTime)
  /// A key, a click or a paste.
  case key(Key)
  /// The terminal said more of what it can show.
  case traits(TerminalTraits)
  /// The terminal has another size.
  case resize(ScreenSize)
  /// What came of the ``ConsoleEffect/request(_:_:)`` with this number.
  case answered(Int, Result<Answer, OperatorFailure>)
  /// The broadcast says how it is.
  case status(BroadcastStatus)
  /// The picture in cells, as ``ConsoleEffect/pictureRegion(_:isOn:isMirrored:)`` asked for it.
  case picture(PictureCells?)
  /// What is live in other processes of this machine.
  case others([LiveElsewhere])
  /// What ``ConsoleEffect/readLog(_:)`` found.
  case log(LogPage)
  /// The code that ``ConsoleEffect/showQR(_:)`` asked for; `nil` where it cannot be made.
  case qr(PictureCells?)
}
