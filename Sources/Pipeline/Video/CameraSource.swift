package import Capture
package import Codec
internal import Logging
internal import Media
internal import Settings

/// A camera for the source loop.
///
/// One that is pulled out or freezes keeps its last picture on air, and is opened again by its identity, not by its
/// node, as soon as it is back.
package struct CameraSource: Source, ~Copyable {
  /// A camera that streams.
  package struct Device: ~Copyable {
    /// The device.
    package var camera: Camera
    let identity: CameraSpecification
    /// What it is called.
    package let name: String
    /// Its mode, and why that one.
    package let reason: String
  }

  private var specification: CameraSpecification
  private let stage: VideoStage
  private let logger: Logger
  private var converter: FrameConverter
  private var device: Device?
  /// What was counted of the camera so far.
  private var (lost, damaged, isToldOfStamps) = (0, 0, false)

  init(_ specification: CameraSpecification, on stage: VideoStage, logger: Logger) throws(CodecError) {
    converter = try FrameConverter(to: stage.encoding.size, keepsPicture: true)
    (self.specification, self.stage, self.logger) = (specification, stage, logger)
  }

  var traits: SourceTraits {
    func failure(_ what: String) -> OperatorFailure {
      OperatorFailure("the camera \(specification) \(what)", .inputOutput)
    }
    return SourceTraits(
      name: "camera", medium: .picture, hanging: failure("does not open: unplug it and plug it in again"),
      mute: failure(
        "was opened but gives no whole pictures: unplug it and plug it in again, or try another `video` size"),
      gone: failure("stopped working: check its cable and connect it again"))
  }

  func open() -> ThreadedOpening<Device>? {
    let (specification, encoding) = (specification, stage.encoding)
    let mode = "\(encoding.size)@\(encoding.frameRate)"
    return PendingOpenings.shared.attempt(at: "camera \(specification)", as: mode) {
      .start(name: "camera-open") { try Self.open(specification, encoding) }
    }
  }

  /// Finds the camera and opens it in the mode that suits the broadcast; blocks as long as the driver does.
  package static func open(_ specification: CameraSpecification, _ encoding: VideoEncoding) throws -> sending Device {
    try DeviceAccess.cameras.exclusively(for: "the camera \(specification)") {
      let description = try CameraList.resolve(specification)
      guard
        let choice = CameraMode.choose(from: description.formats, size: encoding.size, frameRate: encoding.frameRate)
      else {
        throw DeviceError.unsupported(.camera, device: description.node, what: "has no picture format that can be read")
      }
      return Device(
        camera: try Camera(description, mode: choice.mode), identity: description.stableSpecification,
        name: "\(description.name) (\(description.node))", reason: choice.reason)
    }
  }

  mutating func begin(_ opening: ThreadedOpening<Device>) throws -> String? {
    guard let opened = try opening.take() else { return nil }
    try converter.restart(from: opened.camera.format)
    specification = opened.identity
    (lost, damaged, isToldOfStamps) = (0, 0, false)
    let description = "\(opened.name): \(opened.reason)"
    device = consume opened
    return description
  }

  mutating func step() throws -> Bool {
    var isSurplus = false
    let timeout = min(stage.encoding.frameRate.interval, .milliseconds(100))
    let got: Void? = try device?.camera.withFrame(timeout: timeout) { pixels, frame in
      guard stage.isRunning() else { return }
      stage.startTimer()
      guard let place = stage.place(frameAt: frame.time) else {
        isSurplus = true
        return
      }
      try stage.bridge(place.missing, before: place.slot, converter)
      do {
        _ = try converter.withPicture(pixels) { picture in
          try stage.show(picture, slot: place.slot, captureTime: frame.time)
        }
      } catch let error as CodecError where error.concernsOneFrame {
        stage.countDamaged(1)
        try stage.showLast(in: place.slot, converter)
      }
    }
    count()
    // Frames that are left out one after the other must not leave slots empty.
    if got == nil || isSurplus { try stage.fillOverdue(converter) }
    return got != nil
  }

  private mutating func count() {
    let (droppedNow, damagedNow) = (device?.camera.droppedFrames ?? 0, device?.camera.damagedFrames ?? 0)
    if damagedNow > damaged { stage.countDamaged(damagedNow - damaged) }
    damaged = damagedNow
    // What the driver drops because nobody fetches it is the encoder's loss, not the camera's.
    let dropped = droppedNow - lost
    if dropped > 0 { if stage.isOverloaded { stage.countLate(dropped) } else { stage.countLost(dropped) } }
    lost = droppedNow
    if !isToldOfStamps, device?.camera.wrongStamps ?? 0 >= 30 {
      isToldOfStamps = true
      logger.warning("the camera's times cannot be used, those of reading stand for them")
    }
  }

  mutating func close() { device = nil }

  mutating func hold() throws { try stage.fillOverdue(converter) }
}
