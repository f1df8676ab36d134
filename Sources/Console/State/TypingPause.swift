internal import Media

/// Keeps letters that were typed for a dialog from acting on the broadcast.
///
/// It begins where a dialog went by itself, or never came: who closes one by a key knows that it is closed. A question
/// that a letter opened begins one too: what comes in one go with that letter is text and no answer.
/// Who goes on typing is ignored until the hands rest for a moment, or until Esc.
struct TypingPause: Equatable, Sendable {
  /// After a dialog has closed by itself.
  static let afterDialog = Duration.milliseconds(600)
  /// After one that was asked for and could not open; somebody may type for a while before looking up.
  static let afterRefusal = Duration.milliseconds(1000)
  /// After a letter has opened a question.
  static let afterQuestion = Duration.milliseconds(180)
  /// So long hands rest between two words at most.
  static let betweenKeys = Duration.milliseconds(500)

  private var end = MediaTime.zero
  /// Something was typed since it began.
  private var hasText = false

  /// Characters mean nothing for so long from now on.
  mutating func begin(at now: MediaTime, for duration: Duration) { (end, hasText) = (now + duration, false) }

  /// Whether a key is still meant for the dialog; if so the pause goes on.
  ///
  /// Enter ends a text, where there is one.
  mutating func ignores(_ key: Key, at now: MediaTime) -> Bool {
    guard now < end else { return false }
    switch key {
    case .character: hasText = true
    case .enter where hasText: break
    case .escape:
      end = now
      return false
    default: return false
    }
    end = max(end, now + Self.betweenKeys)
    return true
  }
}
