public import Settings
internal import Web

extension IVSError {
  /// The exit code of a command that ends with it.
  public var exitStatus: ExitStatus {
    switch self {
    case .credentials, .noRegion: .configuration
    case .transport(.unknownHost): .noHost
    case .transport(.timedOut), .transport(.connectionLost), .transport(.cancelled), .throttled, .unavailable:
      .temporary
    case .transport(.tls), .unreadable: .protocol
    case .transport(.invalidURL): .configuration
    case .transport: .unavailable
    case .accessDenied, .signatureRefused, .expiredToken, .pendingVerification: .noPermission
    case .clockSkew: .system
    case .notFound: .noInput
    case .channelNotBroadcasting, .conflict, .quotaExceeded: .unavailable
    case .invalid: .data
    }
  }

  /// The same for an operator.
  public var failure: OperatorFailure { OperatorFailure(explanation, exitStatus) }
}
