internal import Networking
public import Settings

/// How a broadcast ended.
public enum BroadcastOutcome: Equatable, Sendable {
  /// As requested.
  case stopped
  /// The ingest refused it, or was lost and not found again: the service may know why.
  case rejected(OperatorFailure)
  /// Something else failed.
  case failed(OperatorFailure)

  init(_ failure: PublishFailure) {
    switch failure.kind {
    case .refused, .temporary: self = .rejected(OperatorFailure(failure))
    case .unknownHost, .unavailable, .protocol, .unreadableFile, .configuration, .system:
      self = .failed(OperatorFailure(failure))
    }
  }

  /// Why it ended, where that was not requested.
  public var failure: OperatorFailure? {
    switch self {
    case .stopped: nil
    case .rejected(let failure), .failed(let failure): failure
    }
  }

  /// The program's exit code.
  public var exitStatus: ExitStatus { failure?.exitStatus ?? .success }
}
