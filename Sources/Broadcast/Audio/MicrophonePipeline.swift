internal import Capture
internal import Codec
internal import Interface
internal import Logging
internal import Media
internal import Settings
internal import Synchronization

/// Microphone to packets, on the audio thread, until another source is wanted.
///
/// A microphone that is pulled out does not end the session: silence goes on, and it is opened again each second.
struct MicrophonePipeline {
  let specification: MicrophoneSpecification
  let stage: AudioStage
  let logger: Logger

  private static let firstBlockDeadline: Duration = .seconds(5)
  /// A microphone that gave sound and then nothing for this long is opened anew.
  private static let muteAfter: Duration = .seconds(3)
  /// What takes longer to open a microphone hangs.
  private static let openDeadline: Duration = .seconds(10)
  private static let reopenInterval: Duration = .seconds(1)

  struct OpenMicrophone: ~Copyable {
    var microphone: Microphone
    let inputs: InputChoice
    let identity: MicrophoneSpecification
    let name: String
  }

  func run() throws {
    guard var opened = try openBeside() else { return }
    stage.show(source: opened.name, inputs: opened.microphone.format.channels)
    var timeline = AudioTimeline(filled: stage.next)
    while true {
      let identity = opened.identity
      do {
        let inputs = opened.inputs
        try stream(opened.microphone, inputs, &timeline)
        return
      } catch let error as DeviceError where stage.clock.hasArrived {
        stage.mark(.lost)
        logger.error("microphone lost, silence goes on", metadata: ["reason": "\(error)"])
      }
      guard let again = try waitForReturn(of: identity, &timeline) else { return }
      opened = again
      stage.show(source: opened.name, inputs: opened.microphone.format.channels)
    }
  }

  /// Opens the microphone on a thread of its own, since sound servers take their time, while silence goes on.
  ///
  /// `nil` when another source is wanted meanwhile.
  private func openBeside() throws -> OpenMicrophone? {
    let (specification, inputs) = (specification, stage.inputs)
    let opening = Handover<OpenMicrophone>.start(name: "mic-open") { try Self.open(specification, inputs) }
    let deadline = MediaTime.now() + Self.openDeadline
    while !stage.isOver {
      if opening.isAnswered { return try opening.take() }
      guard MediaTime.now() < deadline else {
        throw OperatorFailure(
          "the microphone \(specification) does not open: unplug it and plug it in again", .inputOutput)
      }
      sleepThread(until: .now() + .milliseconds(2))
      if stage.clock.origin != nil { try stage.bridge() }
    }
    return nil
  }

  /// Finds the microphone and opens it; blocks as long as the driver or the sound server does.
  static func open(_ specification: MicrophoneSpecification, _ inputs: InputChoice) throws -> OpenMicrophone {
    try DeviceAccess.microphones.withLock { _ in try openExclusively(specification, inputs) }
  }

  private static func openExclusively(
    _ specification: MicrophoneSpecification, _ inputs: InputChoice
  ) throws -> OpenMicrophone {
    let found = try MicrophoneList.resolve(specification)
    let microphone = try Microphone(found, inputs: inputs)
    let format = microphone.format
    let heard = inputs == .auto ? "" : ", input \(inputs)"
    return OpenMicrophone(
      microphone: microphone, inputs: inputs, identity: found.stableSpecification,
      name: "\(found.name) (\(found.pcm)): \(format)\(heard)")
  }

  /// Streams until another source is wanted; throws a `DeviceError` when the microphone is lost.
  ///
  /// Closes it either way.
  private func stream(
    _ consumed: consuming Microphone, _ inputs: InputChoice, _ timeline: inout AudioTimeline
  ) throws {
    var microphone = consumed
    var resampler = try Resampler(from: microphone.format, inputs: inputs)
    var overruns = 0
    var bent = 0.0
    var lastBlock = MediaTime.now()
    var hasBlocks = false
    while !stage.isOver {
      let got: Void? = try microphone.read(timeout: .milliseconds(100)) { bytes, block in
        guard stage.isRunning() else { return }
        try resampler.process(bytes) { samples in
          let count = samples.count / 2
          let plan = timeline.align(
            blockAt: stage.clock.sessionTime(block.time), count: count, afterOverrun: block.followsXrun)
          try stage.encodeSilence(plan.silence)
          try stage.encode(samples.extracting((plan.skip * 2)...))
          timeline.add(count - plan.skip)
        }
      }
      stage.countOverruns(microphone.xruns - overruns)
      overruns = microphone.xruns
      if got != nil {
        if !hasBlocks { stage.mark(.running) }
        (lastBlock, hasBlocks) = (.now(), true)
        if abs(timeline.partsPerMillion - bent) > 2 {
          bent = timeline.partsPerMillion
          try resampler.setCompensation(partsPerMillion: bent)
          stage.showDrift(bent)
        }
        continue
      }
      if stage.clock.origin != nil { try fillSilence(&timeline) }
      guard MediaTime.now() - lastBlock > (hasBlocks ? Self.muteAfter : Self.firstBlockDeadline) else { continue }
      guard stage.clock.hasArrived else {
        throw OperatorFailure(
          "\(microphone.pcm) was opened but gives no sound: try another --microphone, or --microphone silence",
          .inputOutput)
      }
      throw DeviceError.disconnected(.microphone, device: microphone.pcm)
    }
  }

  /// Keeps silence on air and tries each second to open the microphone again; `nil` when another source is wanted.
  private func waitForReturn(
    of identity: MicrophoneSpecification, _ timeline: inout AudioTimeline
  ) throws -> OpenMicrophone? {
    var nextTry = MediaTime.now() + Self.reopenInterval
    while !stage.isOver {
      sleepThread(until: .now() + .milliseconds(20))
      if stage.clock.origin != nil { try fillSilence(&timeline) }
      guard MediaTime.now() >= nextTry else { continue }
      nextTry = .now() + Self.reopenInterval
      if let opened = try? Self.open(identity, stage.inputs) {
        logger.notice("microphone is back")
        return opened
      }
    }
    return nil
  }

  private func fillSilence(_ timeline: inout AudioTimeline) throws {
    let missing = timeline.missing(at: stage.clock.sessionTime(.now()))
    guard missing > 0 else { return }
    try stage.fillSilence(missing)
    timeline.addSilence(missing)
  }
}
