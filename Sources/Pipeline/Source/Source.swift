/// A camera, a microphone, a film or what is drawn, as the one loop drives them all.
///
/// Owned by the loop's thread.
protocol Source: ~Copyable {
  /// An attempt to open it, on a thread of its own where that may take its time.
  associatedtype Opening: SourceOpening

  /// What sets its kind apart.
  var traits: SourceTraits { get }

  /// Asks for it to be opened; `nil` while another attempt at the same device is unanswered.
  func open() -> Opening?

  /// Takes what was opened and prepares for what it gives; answers what it is, `nil` while there is no answer.
  mutating func begin(_ opening: Opening) throws -> String?

  /// Takes what it gives within 200 ms to the stage; false where it gave nothing, and what was missed is bridged.
  mutating func step() throws -> Bool

  /// Lets go of what was opened.
  mutating func close()

  /// Bridges the time while it is not open: with the last picture, or silence.
  mutating func hold() throws

  /// Whether an error of opening makes way for another source rather than being waited out.
  func yields(to error: any Error) -> Bool
}

extension Source where Self: ~Copyable {
  func yields(to error: any Error) -> Bool { false }
}

/// An attempt to open a source, which may never be answered.
protocol SourceOpening: AnyObject, Sendable {
  /// Whether it is open, or cannot be opened.
  var isAnswered: Bool { get }

  /// Nobody waits for it any more.
  func abandon()

  /// Somebody waits for it again; false where it is too late for that.
  func adopt() -> Bool
}

/// A source that needs no opening.
final class ImmediateOpening: SourceOpening {
  var isAnswered: Bool { true }
  func abandon() {}
  func adopt() -> Bool { false }
}
