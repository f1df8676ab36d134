/// What a person did at the terminal.
public enum Key: Equatable, Hashable, Sendable {
  case character(Character)
  case control(Character)
  case alt(Character)
  case enter, escape, tab, backTab, backspace, delete, insert
  case up, down, left, right, home, end, pageUp, pageDown
  case function(Int)
  /// Text that was pasted (bracketed paste), as one event, control characters removed.
  case paste(String)
  case mouse(MouseAction, Position)
}

/// What the mouse did.
public enum MouseAction: Equatable, Hashable, Sendable { case press, doubleClick, wheelUp, wheelDown }
