internal import Capture
internal import Codec
internal import Logging
internal import Media

/// Microphone to packets, on the audio thread, until the task is cancelled.
///
/// A microphone that is pulled out does not end the session: silence goes on, and it is opened again each second.
struct MicrophonePipeline {
  let specification: MicrophoneSpecification
  let bitrate: Bitrate
  let context: SessionContext

  private static let firstBlockDeadline: Duration = .seconds(5)
  /// A microphone that gave sound and then nothing for this long is opened anew.
  private static let muteAfter: Duration = .seconds(3)
  private static let reopenInterval: Duration = .seconds(1)

  private struct OpenMicrophone: ~Copyable {
    var microphone: Microphone
    let identity: MicrophoneSpecification
    let name: String
  }

  func run() throws {
    var opened = try open(specification)
    let stage = try AudioStage(bitrate: bitrate, source: opened.name, context: context)
    var timeline = AudioTimeline()
    while true {
      let identity = opened.identity
      do {
        try stream(opened.microphone, &timeline, stage)
        return
      } catch let error as DeviceError where stage.clock.hasArrived {
        stage.mark(.lost)
        context.logger.error("microphone lost, silence goes on", metadata: ["reason": "\(error)"])
      }
      guard let again = try waitForReturn(of: identity, &timeline, stage) else { return }
      opened = again
      stage.show(source: opened.name)
    }
  }

  private func open(_ specification: MicrophoneSpecification) throws -> OpenMicrophone {
    let found = try MicrophoneList.resolve(specification)
    let microphone = try Microphone(found)
    let format = microphone.format
    return OpenMicrophone(
      microphone: microphone, identity: found.stableSpecification, name: "\(found.name) (\(found.pcm)): \(format)")
  }

  /// Streams until the task is cancelled; throws a `DeviceError` when the microphone is lost.
  ///
  /// Closes it either way.
  private func stream(
    _ consumed: consuming Microphone, _ timeline: inout AudioTimeline, _ stage: AudioStage
  ) throws {
    var microphone = consumed
    var resampler = try Resampler(from: microphone.format)
    var overruns = 0
    var bent = 0.0
    var lastBlock = MediaTime.now()
    var hasBlocks = false
    while !Task.isCancelled {
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
      if stage.clock.origin != nil { try fillSilence(&timeline, stage) }
      guard MediaTime.now() - lastBlock > (hasBlocks ? Self.muteAfter : Self.firstBlockDeadline) else { continue }
      guard stage.clock.hasArrived else {
        throw BroadcastFailure(
          "\(microphone.pcm) was opened but gives no sound: try another --microphone, or --microphone silence",
          .inputOutput)
      }
      throw DeviceError.disconnected(.microphone, device: microphone.pcm)
    }
  }

  /// Keeps silence on air and tries each second to open the microphone again; `nil` when cancelled.
  private func waitForReturn(
    of identity: MicrophoneSpecification, _ timeline: inout AudioTimeline, _ stage: AudioStage
  ) throws -> OpenMicrophone? {
    var nextTry = MediaTime.now() + Self.reopenInterval
    while !Task.isCancelled {
      sleepThread(until: .now() + .milliseconds(20))
      if stage.clock.origin != nil { try fillSilence(&timeline, stage) }
      guard MediaTime.now() >= nextTry else { continue }
      nextTry = .now() + Self.reopenInterval
      if let opened = try? open(identity) {
        context.logger.notice("microphone is back")
        return opened
      }
    }
    return nil
  }

  private func fillSilence(_ timeline: inout AudioTimeline, _ stage: AudioStage) throws {
    let missing = timeline.missing(at: stage.clock.sessionTime(.now()))
    guard missing > 0 else { return }
    try stage.encodeSilence(missing)
    timeline.addSilence(missing)
  }
}
