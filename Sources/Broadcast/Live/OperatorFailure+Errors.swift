internal import LocalChannel
internal import Pipeline
internal import RTMP
internal import SRT
public import Settings
internal import Transwrap

extension OperatorFailure {
  /// The operator's words and the exit code for whatever a lower level threw.
  public init(any error: any Error) {
    self =
      switch error {
      case let error as RTMPError: OperatorFailure(error)
      case let error as ProxyError: OperatorFailure(error)
      case let error as SRTError: OperatorFailure(error)
      case let error as LocalChannelError: OperatorFailure(error)
      default: OperatorFailure(media: error)
      }
  }

  init(_ error: RTMPError) {
    let status: ExitStatus =
      switch error {
      case .unknownHost: .noHost
      case .connectionRefused, .unreachable, .cannotListen, .redirected: .unavailable
      case .connectTimeout, .stageTimeout, .connectionLost, .stalled, .closed, .cancelled: .temporary
      case .tls, .notRTMP, .answersInTLS, .protocolViolation: .protocol
      case .certificateFileUnreadable: .noInput
      case .publishRefused: .noPermission
      case .closedByServer(let stage, _):
        switch stage {
        case .createStream, .publish: .noPermission
        case .tls, .handshake, .connect: .protocol
        case .publishing, .closing: .temporary
        }
      }
    self.init("\(error)", status)
  }

  init(_ error: ProxyError) {
    let status: ExitStatus =
      switch error {
      case .connection(let error): OperatorFailure(error).exitStatus
      case .closed, .cancelled: .temporary
      case .comeAgain, .tunnel: .unavailable
      case .answered(let status, _, _):
        switch status {
        case 401, 403: .noPermission
        case 407, 511: .unavailable
        case 429, 500...: .temporary
        default: .protocol
        }
      case .refused(let notice, _): Self.isAboutRights(notice.code) ? .noPermission : .unavailable
      case .notWebSocket: .protocol
      }
    self.init("\(error)", status)
  }

  /// Whether a proxy speaks of the key or of the token.
  private static func isAboutRights(_ code: String) -> Bool {
    ["ingest-refused", "missing-token", "invalid-token", "not-for-channel", "token-expired", "token-removed"].contains(
      code)
  }

  init(_ error: LocalChannelError) {
    let status: ExitStatus =
      switch error {
      case .noDirectory: .cannotCreate
      case .noPlaybackServer: .unavailable
      }
    self.init("\(error)", status)
  }
}

extension OperatorFailure {
  /// The same end of a connection when it comes right after the ingest's yes.
  var asRefusal: OperatorFailure {
    // What was said in words needs no guess.
    guard exitStatus == .temporary || exitStatus == .protocol else { return self }
    return OperatorFailure(
      "the ingest accepted the stream and hung up soon, twice: the stream key is wrong or in use, or the channel does not "
        + "take these settings (\(description))", .noPermission)
  }
}
