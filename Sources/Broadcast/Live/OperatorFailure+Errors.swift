internal import Capture
internal import Codec
internal import LocalChannel
internal import RTMP
internal import SRT
public import Settings
internal import Transwrap

extension OperatorFailure {
  /// The operator's words and the exit code for whatever a lower level threw.
  public init(any error: any Error) {
    self =
      switch error {
      case let failure as OperatorFailure: failure
      case let error as DeviceError: OperatorFailure(error)
      case let error as CodecError: OperatorFailure(error)
      case let error as RTMPError: OperatorFailure(error)
      case let error as ProxyError: OperatorFailure(error)
      case let error as SRTError: OperatorFailure(error)
      case let error as LocalChannelError: OperatorFailure(error)
      default: OperatorFailure("internal error: \(error)", .software)
      }
  }

  init(_ error: DeviceError) {
    let status: ExitStatus =
      switch error {
      case .noneFound, .noSuchDevice, .ambiguous: .noInput
      case .busy, .noBandwidth, .unsupported: .unavailable
      case .permission: .noPermission
      case .disconnected: .inputOutput
      case .call: .system
      }
    self.init("\(error)", status)
  }

  init(_ error: CodecError) {
    let status: ExitStatus =
      switch error {
      case .noSuchFile, .cannotOpen: .noInput
      case .notMedia, .noVideo, .noAudio, .decodingFailed, .unplayable: .data
      case .noEncoder, .encoderRefused, .unsupportedEncoding: .unavailable
      case .diskFull, .cannotWrite, .cannotRead: .inputOutput
      case .outOfMemory: .system
      case .encodingFailed, .timeNotIncreasing, .wrongPicture, .unsupportedConversion, .frameTooShort, .brokenFrame,
        .unsupportedAudio:
        .software
      }
    self.init("\(error)", status)
  }

  init(_ error: RTMPError) {
    let status: ExitStatus =
      switch error {
      case .unknownHost: .noHost
      case .connectionRefused, .unreachable, .cannotListen: .unavailable
      case .connectTimeout, .stageTimeout, .connectionLost, .stalled, .closed, .cancelled: .temporary
      case .tls, .notRTMP, .protocolViolation: .protocol
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
    if case .connection(let error) = error {
      self.init(error)
      return
    }
    let status: ExitStatus =
      switch error {
      case .connection, .closed, .cancelled: .temporary
      case .comeAgain: .unavailable
      case .answered(let status, _, _):
        switch status {
        case 401, 403: .noPermission
        case 500...: .temporary
        default: .protocol
        }
      case .refused(let notice, _): notice.code == "ingest-refused" ? .noPermission : .unavailable
      case .notWebSocket: .protocol
      }
    self.init("\(error)", status)
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

extension CodecError {
  /// Whether only one camera frame is lost by it and the next one may be fine.
  var concernsOneFrame: Bool {
    switch self {
    case .brokenFrame, .frameTooShort: true
    case .noEncoder, .encoderRefused, .unsupportedEncoding, .encodingFailed, .timeNotIncreasing, .wrongPicture,
      .unsupportedConversion, .unsupportedAudio, .noSuchFile, .cannotOpen, .cannotRead, .unplayable, .notMedia,
      .noVideo, .noAudio, .decodingFailed, .diskFull, .cannotWrite, .outOfMemory:
      false
    }
  }
}

extension OperatorFailure {
  /// The same end of a connection when it comes right after the ingest's yes.
  var asRefusal: OperatorFailure {
    // What was said in words needs no guess.
    guard exitStatus == .temporary || exitStatus == .protocol else { return self }
    return OperatorFailure(
      "the ingest accepted the stream and hung up at once: the stream key is wrong or in use, or the channel does not "
        + "take these settings (\(description))", .noPermission)
  }
}
