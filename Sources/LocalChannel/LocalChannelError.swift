public import Settings

/// Why the local channel cannot be made.
public enum LocalChannelError: Error, Equatable, Sendable, CustomStringConvertible {
  /// No place for the live segments.
  case noDirectory(path: String)
  /// The player's server cannot listen.
  case noPlaybackServer(reason: String)

  /// What happened and what to do, in one line.
  public var description: String {
    switch self {
    case .noDirectory(let path):
      "\(path) cannot be made for the local channel's segments: set TMPDIR to a directory with room"
    case .noPlaybackServer(let reason): "the local channel's player cannot listen on loopback: \(reason)"
    }
  }

  /// The same with its exit code.
  public var failure: OperatorFailure {
    switch self {
    case .noDirectory: OperatorFailure(description, .cannotCreate)
    case .noPlaybackServer: OperatorFailure(description, .unavailable)
    }
  }
}
