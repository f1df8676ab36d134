internal import Logging
package import Media

/// What happens to a broadcast's connection, for whoever listens.
package enum PublishEvent: Equatable, Sendable {
  /// The `attempt`-th connection since the last good one is being made.
  case connecting(attempt: Int)
  /// Packets go out, over this route; `priority` is what the stream came with to take another one over.
  case connected(route: String, priority: Int?)
  /// A connection could not be made.
  case failed(PublishFailure, attempt: Int)
  /// The connection broke.
  case lost(PublishFailure)
  /// Somebody wants another connection instead of the one that is there.
  case released
  /// The next attempt is due at this time.
  case retrying(attempt: Int, at: MediaTime, after: PublishFailure)
  /// What the stream may cost is another thing now.
  case rate(RateDecision)
  /// The stream is being closed in the protocol.
  case stopping(BroadcastOutcome)
  /// It is over.
  case ended(BroadcastOutcome)

  /// What a step of the machine means to whoever listens.
  static func told(
    _ event: ReconnectStateMachine.Event, from before: ReconnectStateMachine.State,
    to after: ReconnectStateMachine.State,
    route: String, priority: Int?
  ) -> [PublishEvent] {
    var told: [PublishEvent] = []
    switch (event, before) {
    case (.connectFailed(let failure), .connecting(let attempt)): told.append(.failed(failure, attempt: attempt))
    case (.lost(let failure), .live): told.append(.lost(failure))
    case (.reconnect, .live): told.append(.released)
    default: break
    }
    guard before != after else { return told }
    switch after {
    case .idle: break
    case .connecting(let attempt): told.append(.connecting(attempt: attempt))
    case .live: told.append(.connected(route: route, priority: priority))
    case .waiting(let attempt, let time, let failure):
      told.append(.retrying(attempt: attempt, at: time, after: failure))
    case .stopping(let outcome): told.append(.stopping(outcome))
    case .ended(let outcome): told.append(.ended(outcome))
    }
    return told
  }
}

extension Logger {
  /// Writes the lines of one step.
  func tell(_ events: [PublishEvent]) {
    // What ends the broadcast is said once, by whoever is told of the outcome.
    if case .ended(let outcome)? = events.last, outcome.failure != nil { return }
    for event in events {
      switch event {
      case .connected(let route, _): notice("live", metadata: ["ingest": "\(route)"])
      case .failed(let failure, let attempt):
        warning("connection failed", metadata: ["attempt": "\(attempt)", "reason": "\(failure)"])
      case .lost(let failure): warning("connection lost", metadata: ["reason": "\(failure)"])
      case .stopping(.stopped): notice("stopping")
      case .connecting, .released, .retrying, .stopping(.failed), .stopping(.rejected), .ended, .rate: break
      }
    }
  }
}
