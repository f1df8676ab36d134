internal import Capture
internal import Codec
internal import Logging
internal import Media

/// Camera to packets, on the video thread, until the task is cancelled.
///
/// A camera that is pulled out or freezes does not end the session: its last picture stays on air, and it is opened
/// again by its identity, not by its node, as soon as it is back.
struct CameraPipeline {
  let specification: CameraSpecification
  let encoding: VideoEncoding
  let context: SessionContext

  /// A camera that gives nothing for this long after it was opened does not work.
  private static let firstFrameDeadline: Duration = .seconds(5)
  /// A camera that gave frames and then none for this long is opened anew.
  private static let frozenAfter: Duration = .seconds(3)
  private static let reopenInterval: Duration = .seconds(1)

  private struct OpenCamera: ~Copyable {
    var camera: Camera
    let identity: CameraSpecification
    let name: String
    let reason: String
  }

  func run() throws {
    var opened = try open(specification)
    let stage = try VideoStage(encoding, source: "\(opened.name): \(opened.reason)", context: context)
    var converter = try FrameConverter(from: opened.camera.format, to: encoding.size, keepsPicture: true)
    while true {
      let identity = opened.identity
      do {
        try stream(opened.camera, &converter, stage)
        return
      } catch let error as DeviceError where stage.clock.hasArrived {
        stage.mark(.lost)
        context.logger.error("camera lost, its last picture stays", metadata: ["reason": "\(error)"])
      }
      guard let again = try waitForReturn(of: identity, &converter, stage) else { return }
      opened = again
      stage.show(source: "\(opened.name): \(opened.reason)")
    }
  }

  private func open(_ specification: CameraSpecification) throws -> OpenCamera {
    let description = try CameraList.resolve(specification)
    guard
      let choice = CameraMode.choose(from: description.formats, size: encoding.size, frameRate: encoding.frameRate)
    else {
      throw DeviceError.unsupported(.camera, device: description.node, what: "has no picture format that can be read")
    }
    return OpenCamera(
      camera: try Camera(description, mode: choice.mode), identity: description.stableSpecification,
      name: "\(description.name) (\(description.node))", reason: choice.reason)
  }

  /// Streams until the task is cancelled; throws a `DeviceError` when the camera is lost.
  ///
  /// Closes it either way.
  private func stream(
    _ consumed: consuming Camera, _ converter: inout FrameConverter, _ stage: VideoStage
  ) throws {
    var camera = consumed
    var lastFrame = MediaTime.now()
    var hasFrames = false
    var lost = 0
    let patience = min(encoding.frameRate.interval, .milliseconds(100))
    while !Task.isCancelled {
      let got: Void? = try camera.withFrame(timeout: patience) { pixels, frame in
        guard stage.isRunning() else { return }
        stage.startTimer()
        guard let place = stage.place(frameAt: frame.time) else { return }
        if stage.isOverloaded {
          stage.countLate(Int(place.missing))
        } else {
          try fill(place.missing, before: place.slot, converter, stage)
        }
        do {
          _ = try converter.withPicture(pixels) { picture in
            try stage.encode(picture, slot: place.slot, captureTime: frame.time)
          }
        } catch let error as CodecError where error.concernsOneFrame {
          stage.countLost(1)
          try show(place.slot, converter, stage)
        }
      }
      let now = MediaTime.now()
      if got != nil {
        if !hasFrames { stage.mark(.running) }
        (lastFrame, hasFrames) = (now, true)
        // What the driver drops because nobody fetches it is the encoder's loss, not the camera's.
        let dropped = camera.droppedFrames - lost
        if dropped > 0 { if stage.isOverloaded { stage.countLate(dropped) } else { stage.countLost(dropped) } }
        lost = camera.droppedFrames
        continue
      }
      guard now - lastFrame < (hasFrames ? Self.frozenAfter : Self.firstFrameDeadline) else {
        guard stage.clock.hasArrived else {
          throw BroadcastFailure(
            "\(camera.node) was opened but gives no pictures: unplug it and plug it in again, or try another --video size",
            .inputOutput)
        }
        throw DeviceError.disconnected(.camera, device: camera.node)
      }
      try fillOverdue(converter, stage)
    }
  }

  /// Keeps the last picture on air and tries each second to open the camera again; `nil` when cancelled.
  private func waitForReturn(
    of identity: CameraSpecification, _ converter: inout FrameConverter, _ stage: VideoStage
  ) throws -> OpenCamera? {
    var nextTry = MediaTime.now() + Self.reopenInterval
    while !Task.isCancelled {
      sleepThread(until: .now() + .milliseconds(20))
      try fillOverdue(converter, stage)
      guard MediaTime.now() >= nextTry else { continue }
      nextTry = .now() + Self.reopenInterval
      if let opened = try? open(identity), (try? converter.restart(from: opened.camera.format)) != nil {
        context.logger.notice("camera is back")
        return opened
      }
    }
    return nil
  }

  /// Shows the picture before in the `count` slots before `slot`.
  private func fill(
    _ count: Int64, before slot: Int64, _ converter: borrowing FrameConverter, _ stage: VideoStage
  ) throws {
    guard count > 0 else { return }
    guard count <= 2 * Int64(encoding.frameRate.perSecond) else { return stage.countLost(Int(count)) }
    for missing in (slot - count)..<slot { try show(missing, converter, stage) }
  }

  private func fillOverdue(_ converter: borrowing FrameConverter, _ stage: VideoStage) throws {
    guard stage.clock.origin != nil else { return }
    while !Task.isCancelled, let slot = stage.takeOverdueSlot() {
      stage.startTimer()
      try show(slot, converter, stage)
      if stage.isOverloaded { stage.skipWhatIsLate() }
    }
  }

  private func show(_ slot: Int64, _ converter: borrowing FrameConverter, _ stage: VideoStage) throws {
    try converter.withLastPicture { picture in
      try stage.encode(picture, slot: slot, captureTime: .now())
      stage.countRepeat()
    }
  }
}
