internal import Capture
internal import Settings

/// Why a source cannot be opened, or ended.
struct SourceFailure: Error, Equatable {
  var reason: OperatorFailure
  /// No device at all was found where any would do: nothing is wrong, and nothing was lost.
  var isAbsence = false
  /// It went away while it was used; what else fails is no reason to wait for its return.
  var isLoss = false
}

extension SourceFailure {
  /// What an error means for a source.
  init(_ error: any Error) {
    switch error {
    case let failure as SourceFailure: self = failure
    case DeviceError.noneFound:
      self.init(reason: OperatorFailure(media: error), isAbsence: true)
    default: self.init(reason: OperatorFailure(media: error), isLoss: error is DeviceError)
    }
  }
}
