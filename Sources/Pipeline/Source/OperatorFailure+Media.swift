internal import Capture
internal import Codec
internal import Media
package import Settings

extension OperatorFailure {
  /// The operator's words and the exit code for what a source, an encoder or a file threw.
  package init(media error: any Error) {
    self =
      switch error {
      case let failure as OperatorFailure: failure
      case let failure as SourceFailure: failure.reason
      case let error as DeviceError: OperatorFailure(error)
      case let error as CodecError: OperatorFailure(error)
      case let error as NoThreadError: OperatorFailure(error.explanation, .system)
      case let error as any ExplainedError: OperatorFailure(error.explanation, .software)
      default: OperatorFailure("internal error: \(error)", .software)
      }
  }

  private init(_ error: DeviceError) {
    let status: ExitStatus =
      switch error {
      case .noneFound, .noSuchDevice, .ambiguous: .noInput
      case .busy, .noBandwidth, .unsupported, .tooFewInputs: .unavailable
      case .permission: .noPermission
      case .disconnected: .inputOutput
      case .call: .system
      }
    self.init(error.explanation, status)
  }

  private init(_ error: CodecError) {
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
    self.init(error.explanation, status)
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
