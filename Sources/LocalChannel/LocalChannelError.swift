public import Media
public import Settings

/// Why the local channel cannot be made.
public enum LocalChannelError: ExplainedError, Equatable, Sendable {
  /// No place for the live segments.
  case noDirectory(path: String)
  /// Another program has the player's port, which was asked for.
  case portTaken(Int)
  /// The player's server cannot listen.
  case noPlaybackServer(reason: String)

  /// What, where, and what to do.
  public var explanation: Explanation {
    switch self {
    case .noDirectory(let path):
      Explanation("\(path) cannot be made for the local channel's segments", "set TMPDIR to a directory with room")
    case .portTaken(let port):
      Explanation(
        "127.0.0.1:\(port), the local channel's player, is in use by another program",
        "end it, or choose another `playback-port`; 0 takes any free one")
    case .noPlaybackServer(let reason): Explanation("the local channel's player cannot listen on loopback: \(reason)")
    }
  }

  /// The same with its exit code.
  public var failure: OperatorFailure {
    switch self {
    case .noDirectory: OperatorFailure(explanation, .cannotCreate)
    case .portTaken, .noPlaybackServer: OperatorFailure(explanation, .unavailable)
    }
  }
}
