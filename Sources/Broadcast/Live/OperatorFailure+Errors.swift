internal import IVS
internal import LocalChannel
internal import Networking
internal import Pipeline
internal import Publishing
public import Settings

extension OperatorFailure {
  /// The operator's words and the exit code for whatever a lower level threw.
  public init(any error: any Error) {
    self =
      switch error {
      case let failure as PublishFailure: OperatorFailure(failure)
      case let error as any PublisherError: OperatorFailure(PublishFailure(error))
      case let error as IVSError: error.failure
      case let error as CredentialError: OperatorFailure(error.explanation, .configuration)
      case let error as LocalChannelError: error.failure
      default: OperatorFailure(media: error)
      }
  }
}
