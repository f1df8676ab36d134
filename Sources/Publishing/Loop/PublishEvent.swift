internal import Logging
package import Media
package import Networking

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
  /// A second connection is being made, to take the place of the one that is there.
  case moving(MoveRequest)
  /// It did, without a gap.
  case moved(MoveRequest, route: String, priority: Int?)
  /// It could not: the one that is there stays, unless `released` follows.
  case moveFailed(MoveRequest, PublishFailure)
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
    _ event: ReconnectStateMachine.Event, from before: ReconnectStateMachine, to after: ReconnectStateMachine,
    route: String, priority: Int?
  ) -> [PublishEvent] {
    var told: [PublishEvent] = []
    if let move = before.move, let end = end(of: move, event, before, after, route, priority) {
      told.append(end)
      if case .moved = end { return told }
      if case .connecting = after.state { told.append(.released) }
    }
    switch (event, before.state) {
    case (.connectFailed(let failure), .connecting(let attempt)),
      (.beside(.failed(let failure), _), .connecting(let attempt)):
      told.append(.failed(failure, attempt: attempt))
    case (.lost(let failure), .live): told.append(.lost(failure))
    case (.renewalDue, .live): told.append(.released)
    default: break
    }
    if let move = after.move, move.number != before.move?.number { told.append(.moving(move.request)) }
    guard before.state != after.state else { return told }
    switch after.state {
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

  /// What became of a move, where this step ended it and the stream goes on.
  private static func end(
    of move: Move, _ event: ReconnectStateMachine.Event, _ before: ReconnectStateMachine,
    _ after: ReconnectStateMachine, _ route: String, _ priority: Int?
  ) -> PublishEvent? {
    if after.moves > before.moves { return .moved(move.request, route: route, priority: priority) }
    guard after.move == nil, case .live = before.state else { return nil }
    switch (event, move.stage) {
    case (.beside(.failed(let failure), _), _): return .moveFailed(move.request, failure)
    case (.beside(.withdrawn, _), .withdrawing(let failure)): return .moveFailed(move.request, failure)
    case (.beside(.overdue, _), _): return .moveFailed(move.request, Move.overdue)
    default: return nil
    }
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
      case .moving(let request): notice("moving to another connection", metadata: request.facts)
      case .moved(let request, let route, _):
        notice("moved to another connection", metadata: request.facts.merging(["ingest": "\(route)"]) { $1 })
      case .moveFailed(let request, let failure):
        let isReleased = events.contains(.released)
        warning(
          isReleased
            ? "the ingest takes no second connection: the present one ends first"
            : "no other connection was made: the present one stays",
          metadata: request.facts.merging(["reason": "\(failure)"]) { $1 })
      case .stopping(.stopped): notice("stopping")
      case .connecting, .released, .retrying, .stopping(.failed), .stopping(.rejected), .ended, .rate: break
      }
    }
  }
}

extension MoveRequest {
  /// What is said of it in the log.
  fileprivate var facts: Logger.Metadata {
    var facts: Logger.Metadata = ["why": "\(origin.words)"]
    if !reason.isEmpty { facts["said"] = "\(reason)" }
    return facts
  }
}
