internal import Capture
internal import Codec
internal import Interface
internal import Logging
internal import Media
internal import Settings
internal import Synchronization

/// Camera to packets, on the video thread, until another source is wanted.
///
/// A camera that is pulled out or freezes does not end the session: its last picture stays on air, and it is opened
/// again by its identity, not by its node, as soon as it is back.
struct CameraPipeline {
  let specification: CameraSpecification
  let stage: VideoStage
  let logger: Logger

  /// A camera that gives nothing for this long after it was opened does not work.
  private static let firstFrameDeadline: Duration = .seconds(5)
  /// A camera that gave frames and then none for this long is opened anew.
  private static let frozenAfter: Duration = .seconds(3)
  /// A driver that takes longer to open a camera hangs.
  private static let openDeadline: Duration = .seconds(10)
  private static let reopenInterval: Duration = .seconds(1)

  struct OpenCamera: ~Copyable {
    var camera: Camera
    let identity: CameraSpecification
    let name: String
    let reason: String
  }

  func run() throws {
    guard var opened = try openBeside(specification) else { return }
    stage.show(source: "\(opened.name): \(opened.reason)")
    var converter = try FrameConverter(from: opened.camera.format, to: stage.encoding.size, keepsPicture: true)
    while true {
      let identity = opened.identity
      do {
        try stream(opened.camera, &converter)
        return
      } catch let error as DeviceError where stage.clock.hasArrived {
        stage.mark(.lost)
        logger.error("camera lost, its last picture stays", metadata: ["reason": "\(error)"])
      }
      guard let again = try waitForReturn(of: identity, &converter) else { return }
      opened = again
      stage.show(source: "\(opened.name): \(opened.reason)")
    }
  }

  /// Opens the camera on a thread of its own, since drivers take their time, while what was on air before stays.
  ///
  /// `nil` when another source is wanted meanwhile.
  private func openBeside(_ specification: CameraSpecification) throws -> OpenCamera? {
    let encoding = stage.encoding
    let opening = stage.opening.handover(for: specification) { try Self.open(specification, encoding) }
    let deadline = MediaTime.now() + Self.openDeadline
    while !stage.isOver {
      if opening.isAnswered {
        stage.opening.forget()
        return try opening.take()
      }
      guard MediaTime.now() < deadline else {
        throw OperatorFailure(
          "the camera \(specification) does not open: unplug it and plug it in again", .inputOutput)
      }
      sleepThread(until: .now() + .milliseconds(2))
      try stage.hold()
    }
    return nil
  }

  /// Finds the camera and opens it in the mode that suits the broadcast; blocks as long as the driver does.
  static func open(_ specification: CameraSpecification, _ encoding: VideoEncoding) throws -> OpenCamera {
    try DeviceAccess.cameras.withLock { _ in try openExclusively(specification, encoding) }
  }

  private static func openExclusively(
    _ specification: CameraSpecification, _ encoding: VideoEncoding
  ) throws -> OpenCamera {
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

  /// Streams until another source is wanted; throws a `DeviceError` when the camera is lost.
  ///
  /// Closes it either way.
  private func stream(
    _ consumed: consuming Camera, _ converter: inout FrameConverter
  ) throws {
    var camera = consumed
    var lastFrame = MediaTime.now()
    var hasFrames = false
    var (lost, damaged, isToldOfStamps) = (0, 0, false)
    let patience = min(stage.encoding.frameRate.interval, .milliseconds(100))
    while !stage.isOver {
      var isSurplus = false
      let got: Void? = try camera.withFrame(timeout: patience) { pixels, frame in
        guard stage.isRunning() else { return }
        stage.startTimer()
        guard let place = stage.place(frameAt: frame.time) else {
          isSurplus = true
          return
        }
        try stage.bridge(place.missing, before: place.slot, converter)
        do {
          _ = try converter.withPicture(pixels) { picture in
            try stage.encode(picture, slot: place.slot, captureTime: frame.time)
          }
        } catch let error as CodecError where error.concernsOneFrame {
          stage.countDamaged(1)
          try stage.showLast(in: place.slot, converter)
        }
      }
      let now = MediaTime.now()
      if camera.damagedFrames > damaged {
        stage.countDamaged(camera.damagedFrames - damaged)
        damaged = camera.damagedFrames
      }
      if got != nil {
        if !hasFrames { stage.mark(.running) }
        (lastFrame, hasFrames) = (now, true)
        // What the driver drops because nobody fetches it is the encoder's loss, not the camera's.
        let dropped = camera.droppedFrames - lost
        if dropped > 0 { if stage.isOverloaded { stage.countLate(dropped) } else { stage.countLost(dropped) } }
        lost = camera.droppedFrames
        if camera.wrongStamps >= 30, !isToldOfStamps {
          isToldOfStamps = true
          logger.warning("the camera's times cannot be used, those of reading stand for them")
        }
        // Frames that are left out one after the other must not leave slots empty.
        if isSurplus { try stage.fillOverdue(converter) }
        continue
      }
      guard now - lastFrame < (hasFrames ? Self.frozenAfter : Self.firstFrameDeadline) else {
        guard stage.clock.hasArrived else {
          let what = damaged > 0 ? "only damaged pictures (\(damaged))" : "no pictures"
          throw OperatorFailure(
            "\(camera.node) was opened but gives \(what): unplug it and plug it in again, or try another --video size",
            .inputOutput)
        }
        throw DeviceError.disconnected(.camera, device: camera.node)
      }
      try stage.fillOverdue(converter)
    }
  }

  /// Keeps the last picture on air and tries each second to open the camera again; `nil` when another source is wanted.
  private func waitForReturn(
    of identity: CameraSpecification, _ converter: inout FrameConverter
  ) throws -> OpenCamera? {
    let encoding = stage.encoding
    var nextTry = MediaTime.now() + Self.reopenInterval
    var opening: Handover<OpenCamera>?
    while !stage.isOver {
      sleepThread(until: .now() + .milliseconds(20))
      try stage.fillOverdue(converter)
      if let asked = opening, asked.isAnswered {
        opening = nil
        stage.opening.forget()
        if let opened = try? asked.take(), (try? converter.restart(from: opened.camera.format)) != nil {
          logger.notice("camera is back")
          return opened
        }
      }
      guard opening == nil, MediaTime.now() >= nextTry else { continue }
      nextTry = .now() + Self.reopenInterval
      opening = stage.opening.handover(for: identity) { try Self.open(identity, encoding) }
    }
    return nil
  }
}
