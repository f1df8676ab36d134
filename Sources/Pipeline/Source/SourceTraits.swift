internal import Settings

/// What sets one kind of source apart from the others, for the loop that drives them all.
struct SourceTraits: Equatable, Sendable {
  /// What a source gives.
  enum Medium: String, Sendable {
    case picture, sound

    /// What goes on while a source gives nothing.
    var bridge: String { self == .picture ? "its last picture stays" : "silence goes on" }
  }

  /// What it is called: `camera`, `film's sound`.
  var name: String
  var medium: Medium
  /// What is said once it is open, as a notice; `nil` where picture or sound come from something.
  var announcement: String?
  /// Opening that takes longer hangs.
  var openTimeout: Duration = .seconds(10)
  /// A source that gives nothing for this long after it was opened does not work.
  var firstMediaTimeout: Duration = .seconds(5)
  /// A source that gave something, and then nothing for this long, is lost.
  var silenceTimeout: Duration = .seconds(3)
  /// A source that gives nothing is closed and opened anew; else it is waited for as it is.
  var reopensWhenSilent = true
  /// What is said of an open that is never answered.
  var hanging: OperatorFailure
  /// What is said of a source that was opened and never gave anything.
  var mute: OperatorFailure
  /// What is said of a source that gives nothing any more.
  var gone: OperatorFailure
}

extension SourceTraits {
  /// A media file: one that gives nothing, as on a network mount that is gone, goes on where it was once it is back.
  static func film(_ path: String, _ name: String, _ medium: Medium) -> SourceTraits {
    let hanging = OperatorFailure(
      "\(path) cannot be read: no answer", "check the disk or network it is on", .inputOutput)
    let silent = OperatorFailure("it gives nothing", "check the disk or network it is on", .inputOutput)
    return SourceTraits(
      name: name, medium: medium, reopensWhenSilent: false, hanging: hanging, mute: silent, gone: silent)
  }

  /// What this program makes itself, and always gives.
  static func generated(_ name: String, _ medium: Medium) -> SourceTraits {
    let never = OperatorFailure("the \(name) gives nothing", .software)
    return SourceTraits(name: name, medium: medium, hanging: never, mute: never, gone: never)
  }
}
