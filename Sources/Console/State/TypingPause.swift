internal import Media

/// Keeps letters that were typed for a dialog from acting on the broadcast.
///
/// It begins where a dialog went by itself, or never came: who closes one by a key knows that it is closed.
/// Who goes on typing is ignored until the hands rest for a moment.
struct TypingPause: Equatable, Sendable {
  /// After a dialog has closed by itself.
  static let afterDialog = Duration.milliseconds(600)
  /// After one that was asked for and could not open; somebody may type for a while before looking up.
  static let afterRefusal = Duration.milliseconds(1000)
  /// So long hands rest between two words at most.
  static let betweenKeys = Duration.milliseconds(500)

  /// However long somebody types on.
  static let most = Duration.seconds(3)

  private var end = MediaTime.zero
  private var latestEnd = MediaTime.zero

  /// Characters mean nothing for so long from now on.
  mutating func begin(at now: MediaTime, for duration: Duration) {
    (end, latestEnd) = (now + duration, now + Self.most)
  }

  /// Whether a key is still meant for the dialog; if so the pause goes on.
  mutating func ignores(_ key: Key, at now: MediaTime) -> Bool {
    guard now < end, case .character = key else { return false }
    end = min(max(end, now + Self.betweenKeys), latestEnd)
    return true
  }
}
