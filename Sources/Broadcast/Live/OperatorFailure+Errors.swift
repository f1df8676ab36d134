internal import LocalChannel
internal import Networking
internal import Pipeline
public import Settings

extension OperatorFailure {
  /// The operator's words and the exit code for whatever a lower level threw.
  public init(any error: any Error) {
    self =
      switch error {
      case let error as any PublisherError: OperatorFailure(error)
      case let error as LocalChannelError: OperatorFailure(error)
      default: OperatorFailure(media: error)
      }
  }

  init(_ error: any PublisherError) {
    let status: ExitStatus =
      switch error.kind {
      case .unknownHost: .noHost
      case .unavailable: .unavailable
      case .temporary: .temporary
      case .protocol: .protocol
      case .refused: .noPermission
      case .unreadableFile: .noInput
      case .configuration: .configuration
      case .system: .system
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
