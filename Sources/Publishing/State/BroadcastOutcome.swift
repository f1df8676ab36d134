public import Settings

/// How a broadcast ended.
public enum BroadcastOutcome: Equatable, Sendable {
  /// As requested.
  case stopped
  /// For this reason.
  case failed(OperatorFailure)

  /// The program's exit code.
  public var exitStatus: ExitStatus {
    switch self {
    case .stopped: .success
    case .failed(let failure): failure.exitStatus
    }
  }
}
