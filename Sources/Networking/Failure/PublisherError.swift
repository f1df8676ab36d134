package import Media

/// What to make of a publisher's failure: whether to try again, another route, or to ask somebody.
package enum PublisherFailureKind: Sendable, Equatable, CaseIterable {
  /// The host's name leads nowhere.
  case unknownHost
  /// Nobody is there, or whoever is there has no room.
  case unavailable
  /// It may work a moment later.
  case temporary
  /// The peer does not speak as it should, or cannot be trusted.
  case `protocol`
  /// The peer does not want this stream: its key, its token, or what it is.
  case refused
  /// A file that is needed cannot be read.
  case unreadableFile
  /// What was given cannot be used: a key that the protocol cannot carry.
  case configuration
  /// This machine or one of its libraries fails.
  case system
}

/// Why a publisher did not come about, or ended; its text is one line for a person.
package protocol PublisherError: ExplainedError, Equatable, Sendable {
  /// What to make of it.
  var kind: PublisherFailureKind { get }
  /// Whether the peer may have said no because the stream that it was offered runs already.
  var mayBeBusy: Bool { get }
  /// Whether no server took the connection: trying again soon is a burden to nobody.
  var isWithoutConnection: Bool { get }
}

extension PublisherError {
  /// Where no such answer is known.
  package var mayBeBusy: Bool { false }
  /// Said only of what is known to be so.
  package var isWithoutConnection: Bool { false }
}
