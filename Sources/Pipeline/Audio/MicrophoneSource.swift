package import Capture
internal import Codec
package import Media
internal import Settings

/// A microphone for the source loop.
///
/// One that is pulled out is replaced by silence, and opened again by its identity as soon as it is back.
package struct MicrophoneSource: Source, ~Copyable {
  /// A microphone that runs.
  package struct Device: ~Copyable {
    /// The device.
    package var microphone: Microphone
    let inputs: InputChoice
    let identity: MicrophoneSpecification
    /// What it is called.
    package let name: String
  }

  private var specification: MicrophoneSpecification
  private let stage: AudioStage
  private var device: Device?
  private var resampler: Resampler?
  private var timeline: AudioTimeline
  /// What was counted and said of the microphone so far.
  private var (overruns, bent) = (0, 0.0)

  init(_ specification: MicrophoneSpecification, on stage: AudioStage) {
    (self.specification, self.stage) = (specification, stage)
    timeline = AudioTimeline(filled: stage.next)
  }

  var traits: SourceTraits {
    func failure(_ what: String) -> OperatorFailure {
      OperatorFailure("the microphone \(specification) \(what)", .inputOutput)
    }
    return SourceTraits(
      name: "microphone", medium: .sound, hanging: failure("does not open: unplug it and plug it in again"),
      mute: failure("was opened but gives no sound: try another `microphone`, or silence"),
      gone: failure("stopped working: check its cable and connect it again"))
  }

  func open() -> ThreadedOpening<Device>? {
    let (specification, inputs) = (specification, stage.inputs)
    return PendingOpenings.shared.attempt(at: "microphone \(specification)", as: "\(inputs)") {
      .start(name: "mic-open") { try Self.open(specification, inputs) }
    }
  }

  /// Finds the microphone and opens it; blocks as long as the driver or the sound server does.
  package static func open(_ specification: MicrophoneSpecification, _ inputs: InputChoice) throws -> sending Device {
    try DeviceAccess.microphones.exclusively(for: "the microphone \(specification)") {
      let found = try MicrophoneList.resolve(specification)
      let microphone = try Microphone(found, inputs: inputs)
      let format = microphone.format
      let heard = inputs == .auto ? "" : ", input \(inputs)"
      return Device(
        microphone: microphone, inputs: inputs, identity: found.stableSpecification,
        name: "\(found.name) (\(found.pcm)): \(format)\(heard)")
    }
  }

  mutating func begin(_ opening: ThreadedOpening<Device>) throws -> String? {
    guard let opened = try opening.take() else { return nil }
    let (format, name) = (opened.microphone.format, opened.name)
    resampler = try Resampler(from: format, inputs: opened.inputs)
    specification = opened.identity
    device = consume opened
    (overruns, bent) = (0, 0)
    timeline.resume(at: stage.next)
    stage.report { $0.inputs = format.channels }
    return name
  }

  mutating func step() throws -> Bool {
    let got: Void? = try device?.microphone.read(timeout: .milliseconds(100)) { bytes, block in
      guard stage.isRunning() else { return }
      try resampler?.process(bytes) { samples in
        let count = samples.count / 2
        let plan = timeline.align(
          blockAt: stage.clock.sessionTime(block.time), count: count, afterOverrun: block.followsXrun)
        try stage.encodeSilence(plan.silence)
        try stage.encode(samples.extracting((plan.skip * 2)...))
        timeline.add(count - plan.skip)
      }
    }
    let counted = device?.microphone.xruns ?? 0
    stage.countOverruns(counted - overruns)
    overruns = counted
    if got == nil { try fillSilence() } else { try followDrift() }
    return got != nil
  }

  private mutating func followDrift() throws {
    guard abs(timeline.partsPerMillion - bent) > 2 else { return }
    bent = timeline.partsPerMillion
    try resampler?.setCompensation(partsPerMillion: bent)
    stage.showDrift(bent)
  }

  /// Silence for what is missing, but for a block that may still come.
  private mutating func fillSilence() throws {
    guard stage.clock.origin != nil else { return }
    let missing = timeline.missing(at: stage.clock.sessionTime(.now()))
    guard missing > 0 else { return }
    try stage.fillSilence(missing)
    timeline.addSilence(missing)
  }

  mutating func close() { device = nil }

  mutating func hold() throws { try stage.hold() }
}
