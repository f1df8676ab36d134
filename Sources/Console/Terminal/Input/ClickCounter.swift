internal import Media

/// Tells double clicks from single ones.
struct ClickCounter {
  private static let doubleClick = Duration.milliseconds(400)
  private var last: (position: Position, time: MediaTime)?

  /// The key for a button of an SGR mouse report; `nil` for what the console does not use.
  mutating func key(button: Int, at position: Position, _ time: MediaTime) -> Key? {
    guard button >= 0, position.column >= 0, position.row >= 0 else { return nil }
    // Without the bits of Shift, Meta and Control.
    switch button & ~0b11100 {
    case 64: return .mouse(.wheelUp, position)
    case 65: return .mouse(.wheelDown, position)
    case 0:
      if let last, last.position == position, time - last.time < Self.doubleClick {
        self.last = nil
        return .mouse(.doubleClick, position)
      }
      last = (position, time)
      return .mouse(.press, position)
    default: return nil
    }
  }
}
