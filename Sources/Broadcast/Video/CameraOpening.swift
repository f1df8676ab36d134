internal import Capture

/// The one attempt to open a camera that is under way; a driver that hangs is not asked a second time meanwhile.
final class CameraOpening {
  private var current: (specification: CameraSpecification, handover: Handover<CameraPipeline.OpenCamera>)?

  /// The attempt to open this camera that is still unanswered, else a new one on a thread of its own.
  func handover(
    for specification: CameraSpecification,
    _ open: @escaping @Sendable () throws -> sending CameraPipeline.OpenCamera
  ) -> Handover<CameraPipeline.OpenCamera> {
    if let current, current.specification == specification { return current.handover }
    let handover = Handover<CameraPipeline.OpenCamera>.start(name: "camera-open", open)
    current = (specification, handover)
    return handover
  }

  /// The attempt was answered.
  func forget() { current = nil }
}
