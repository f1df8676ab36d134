internal import CALSA
internal import Glibc
internal import Media

/// The microphones of this machine.
public enum MicrophoneList {
  /// `default` where it is defined, then every capture device of every sound card as `hw:CARD,DEVICE`.
  ///
  /// A machine without sound has an empty list. Opens each device for a moment without waiting for it; any thread.
  public static func all() throws(DeviceError) -> [MicrophoneDescription] {
    let hardware = try hardware()
    guard isDefaultDefined() else { return hardware.map(\.description) }
    let name = "the system's default input"
    return [MicrophoneDescription(pcm: "default", name: name)] + hardware.map(\.description)
  }

  /// The microphone that answers to `specification`.
  ///
  /// `auto` is `default` where it opens, else the first usable capture device. A PCM name is taken as it is: whether it
  /// opens is seen when it is opened. Not for `test`, `silence` and `file:`.
  public static func resolve(_ specification: MicrophoneSpecification) throws(DeviceError) -> MicrophoneDescription {
    if case .pcm(let name) = specification {
      let known = try? hardware().map(\.description).first { $0.pcm == name }
      return known ?? MicrophoneDescription(pcm: name, name: name)
    }
    if specification == .auto, isDefaultDefined(), opensForCapture("default") {
      return MicrophoneDescription(pcm: "default", name: "the system's default input")
    }
    return try choose(specification, from: try hardware())
  }

  /// A capture device as it was found.
  typealias Probe = DeviceProbe<MicrophoneDescription>

  /// The rules of ``resolve(_:)`` for sound cards, without devices.
  static func choose(
    _ specification: MicrophoneSpecification, from probes: [Probe]
  ) throws(DeviceError) -> MicrophoneDescription {
    let matches =
      switch specification {
      case .auto: probes
      case .pcm(let name): probes.filter { $0.description.pcm == name }
      case .usb(let serial): probes.filter { $0.description.identity.serial == serial }
      case .name(let name): Probe.named(name, in: probes) { [$0.name] + ($0.card.map { [$0] } ?? []) }
      case .test, .silence, .file: [Probe]()
      }
    return try Probe.choose(
      .microphone, specification == .auto ? nil : specification.description, from: matches, device: \.card,
      name: \.pcm)
  }

  /// Every capture device of every card (ALSA: snd_card_load, snd_ctl_pcm_next_device).
  private static func hardware() throws(DeviceError) -> [Probe] {
    _ = AudioDevice.quiet
    var found: [Probe] = []
    for card in AudioDevice.cards {
      if AudioDevice.isDenied(card) {
        // alsa-lib passes such cards over in silence; a user would look for the fault in the cable.
        found.append(refused(Int32(card), AudioDevice.denied(card)))
      } else if snd_card_load(Int32(card)) == 1 {
        found += devices(ofCard: Int32(card))
      }
    }
    return found
  }

  private static func refused(_ card: Int32, _ error: DeviceError) -> Probe {
    let description = MicrophoneDescription(
      pcm: "hw:\(card)", name: "sound card \(card)", card: "\(card)",
      identity: .ofDevice("card\(card)", subsystem: "sound"), problem: error.description)
    return Probe(description: description, error: error)
  }

  private static func devices(ofCard card: Int32) -> [Probe] {
    let identity = DeviceIdentity.ofDevice("card\(card)", subsystem: "sound")
    func refused(_ answer: Int32, _ call: String) -> [Probe] {
      [Self.refused(card, AudioDevice.error(answer, call, "hw:\(card)"))]
    }
    var opened: OpaquePointer?
    let answer = unsafe snd_ctl_open(&opened, "hw:\(card)", Int32(SND_CTL_NONBLOCK))
    guard answer >= 0, let control = unsafe opened else { return refused(answer, "snd_ctl_open") }
    defer { unsafe snd_ctl_close(control) }
    var (cardInfo, pcmInfo): (OpaquePointer?, OpaquePointer?)
    guard unsafe snd_ctl_card_info_malloc(&cardInfo) == 0, unsafe snd_pcm_info_malloc(&pcmInfo) == 0 else {
      return refused(-ENOMEM, "snd_ctl_card_info_malloc")
    }
    defer {
      unsafe snd_ctl_card_info_free(cardInfo)
      unsafe snd_pcm_info_free(pcmInfo)
    }
    let informed = unsafe snd_ctl_card_info(control, cardInfo)
    guard informed >= 0 else { return refused(informed, "snd_ctl_card_info") }
    let id = unsafe String(cString: snd_ctl_card_info_get_id(cardInfo))
    let cardName = unsafe ForeignText.cleaned(String(cString: snd_ctl_card_info_get_name(cardInfo)))
    var found: [Probe] = []
    var device: Int32 = -1
    for _ in 0..<256 {
      guard unsafe snd_ctl_pcm_next_device(control, &device) == 0, device >= 0 else { break }
      unsafe snd_pcm_info_set_device(pcmInfo, UInt32(device))
      unsafe snd_pcm_info_set_subdevice(pcmInfo, 0)
      unsafe snd_pcm_info_set_stream(pcmInfo, SND_PCM_STREAM_CAPTURE)
      // ENOENT: the device plays only.
      guard unsafe snd_ctl_pcm_info(control, pcmInfo) >= 0 else { continue }
      let deviceName = unsafe ForeignText.cleaned(String(cString: snd_pcm_info_get_name(pcmInfo)))
      let name = deviceName.isEmpty || deviceName == cardName ? cardName : "\(cardName), \(deviceName)"
      found.append(probe("hw:\(id),\(device)", name: name, card: id, identity: identity))
    }
    return found
  }

  private static func probe(_ pcm: String, name: String, card: String, identity: DeviceIdentity) -> Probe {
    var description = MicrophoneDescription(pcm: pcm, name: name, card: card, identity: identity)
    do throws(DeviceError) {
      description.capabilities = try CapturePCM(name: pcm).capabilities()
      return Probe(description: description, error: nil)
    } catch {
      description.problem = error.description
      return Probe(description: description, error: error)
    }
  }

  /// Whether the configuration knows `default`: on a machine without a sound card its definition does not resolve.
  private static func isDefaultDefined() -> Bool {
    _ = AudioDevice.quiet
    var top: OpaquePointer?
    guard unsafe snd_config_update_ref(&top) >= 0, let top = unsafe top else { return false }
    defer { unsafe snd_config_unref(top) }
    var definition: OpaquePointer?
    guard unsafe snd_config_search_definition(top, "pcm", "default", &definition) >= 0 else { return false }
    unsafe snd_config_delete(definition)
    return true
  }

  private static func opensForCapture(_ pcm: String) -> Bool {
    do throws(DeviceError) {
      _ = try CapturePCM(name: pcm).capabilities()
      return true
    } catch {
      return false
    }
  }
}
