internal import Media
package import Networking

/// A connection that is made beside the present one, to take its place without a gap.
package struct Move: Equatable, Sendable {
  /// How far it is.
  package enum Stage: Equatable, Sendable {
    /// The second connection is being made.
    case connecting
    /// It is there; the next keyframe goes over it, what comes before that over the present one.
    case switching
    /// It broke before that keyframe; whether the keyframe is on its way already is being asked.
    case withdrawing(PublishFailure)
    /// The present one was lost meanwhile: the second one is the ordinary attempt now.
    case adopted
  }

  /// What happened to the second connection.
  package enum Event: Equatable, Sendable {
    /// The ingest behind a proxy is still to accept the stream, and does so by what is sent.
    case opened
    /// The ingest accepted the stream a second time.
    case connected
    /// It could not be made.
    case failed(PublishFailure)
    /// It broke.
    case lost(PublishFailure)
    /// The keyframe that it begins with is on its way over it.
    case switched
    /// No packet went over it, and none will.
    case withdrawn
    /// The time for all this is over.
    case overdue
  }

  /// How long one may take, from the request to the keyframe on the new connection.
  package static let limit: Duration = .seconds(10)
  /// How long the keyframe may take of that, where the operator wants another connection: the present one may be stuck.
  package static let operatorSwitchLimit: Duration = .seconds(3)
  /// The same for others' requests: the present connection is all right, and keyframes come each two seconds.
  package static let switchLimit: Duration = .seconds(6)
  /// From the beginning of one to the next that a peer asks for: one that asks without end is not followed each time.
  package static let interval: Duration = .seconds(5)

  /// Tells this one's news from those of one before.
  package let number: Int
  /// Who wants it.
  package let request: MoveRequest
  /// How far it is.
  package internal(set) var stage = Stage.connecting

  /// Why it ends when its time is over.
  static let overdue = PublishFailure(
    Explanation("a second connection was not there within \(limit.text)", "try again, or stop and go live again"),
    .temporary)
}

extension MoveRequest.Origin {
  /// Who asks for it, in words.
  package var words: String {
    switch self {
    case .server: "the server asked for it"
    case .proxy: "the proxy asked for it"
    case .operator: "by request"
    }
  }
}
