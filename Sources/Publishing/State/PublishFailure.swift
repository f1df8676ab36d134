package import Media
package import Networking
package import Settings

/// Why a connection was not made, or ended: one line for a person, and what to make of it.
package struct PublishFailure: ExplainedError, Equatable, Sendable {
  /// What to make of it.
  package let kind: PublisherFailureKind
  /// What happened, where, what to do.
  package let explanation: Explanation
  /// Whether the ingest may have said no because the stream runs already.
  package let mayBeBusy: Bool
  /// Whether no server took the connection.
  let isWithoutConnection: Bool

  /// Makes a failure.
  package init(
    _ explanation: Explanation, _ kind: PublisherFailureKind, mayBeBusy: Bool = false, isWithoutConnection: Bool = false
  ) {
    (self.explanation, self.kind) = (explanation, kind)
    (self.mayBeBusy, self.isWithoutConnection) = (mayBeBusy, isWithoutConnection)
  }

  /// The failure of a publisher.
  package init(_ error: any PublisherError) {
    self.init(
      error.explanation, error.kind, mayBeBusy: error.mayBeBusy, isWithoutConnection: error.isWithoutConnection)
  }

  /// What a publisher threw.
  init(any error: any Error) {
    if let error = error as? any PublisherError {
      self.init(error)
    } else {
      self.init(Explanation("internal error: \(error)"), .system)
    }
  }

  /// The failures of all routes as one: the first says what kind it is, unless the last was a clear no.
  init?(_ failures: [PublishFailure]) {
    guard let first = failures.first, let last = failures.last else { return nil }
    guard failures.count > 1 else {
      self = first
      return
    }
    self.init(
      Explanation(failures.map(\.description).joined(separator: "; the other route: ")),
      last.isWorthAnotherRoute ? first.kind : last.kind, mayBeBusy: last.mayBeBusy,
      isWithoutConnection: failures.allSatisfy(\.isWithoutConnection))
  }

  /// Whether another route may lead there: the network is to blame, not the ingest's no.
  var isWorthAnotherRoute: Bool {
    switch kind {
    case .unknownHost, .unavailable, .temporary, .protocol: true
    case .refused, .unreadableFile, .configuration, .system: false
    }
  }

  /// The same end of a connection when it comes right after the ingest's yes.
  var asRefusal: PublishFailure {
    // What was said in words needs no guess.
    guard kind == .temporary || kind == .protocol else { return self }
    return PublishFailure(
      Explanation(
        "the ingest accepted the stream and hung up soon, twice (\(description))",
        "check whether the stream key is right and not in use, and whether the channel takes these settings"), .refused)
  }
}

extension OperatorFailure {
  /// The operator's words and the exit code for a connection that failed.
  package init(_ failure: PublishFailure) {
    let status: ExitStatus =
      switch failure.kind {
      case .unknownHost: .noHost
      case .unavailable: .unavailable
      case .temporary: .temporary
      case .protocol: .protocol
      case .refused: .noPermission
      case .unreadableFile: .noInput
      case .configuration: .configuration
      case .system: .system
      }
    self.init(failure.explanation, status)
  }
}
