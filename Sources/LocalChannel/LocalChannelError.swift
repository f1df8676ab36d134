public import Media
public import Settings

/// Why the local channel cannot be made.
public enum LocalChannelError: ExplainedError, Equatable, Sendable {
  /// No place for the live segments.
  case noDirectory(path: String)
  /// The player's server cannot listen.
  case noPlaybackServer(reason: String)

  /// What, where, and what to do.
  public var explanation: Explanation {
    switch self {
    case .noDirectory(let path):
      Explanation("\(path) cannot be made for the local channel's segments", "set TMPDIR to a directory with room")
    case .noPlaybackServer(let reason): Explanation("the local channel's player cannot listen on loopback: \(reason)")
    }
  }

  /// The same with its exit code.
  public var failure: OperatorFailure {
    switch self {
    case .noDirectory: OperatorFailure(explanation, .cannotCreate)
    case .noPlaybackServer: OperatorFailure(explanation, .unavailable)
    }
  }
}
