public import Media

/// A microphone as ALSA and udev describe it: one PCM that a person would choose.
public struct MicrophoneDescription: Hashable, Sendable, Codable {
  /// The ALSA PCM name to open, `hw:Yeti,0` or `default`.
  public var pcm: String
  /// The card's and the device's name.
  public var name: String
  /// The card's id, `Yeti`; `nil` where the PCM is no card's, as `default`.
  public var card: String?
  /// USB ids, serial number and topology.
  public var identity: DeviceIdentity
  /// What the hardware can do; `nil` where it is not known.
  public var capabilities: MicrophoneCapabilities?
  /// Why it cannot be used now, in one line; `nil` when it can.
  public var problem: String?

  /// Makes a description.
  public init(
    pcm: String, name: String, card: String? = nil, identity: DeviceIdentity = DeviceIdentity(),
    capabilities: MicrophoneCapabilities? = nil, problem: String? = nil
  ) {
    self.pcm = pcm
    self.name = name
    self.card = card
    self.identity = identity
    self.capabilities = capabilities
    self.problem = problem
  }

  /// The specification that finds this microphone again after a restart: serial number, else the PCM's name.
  public var stableSpecification: MicrophoneSpecification {
    if let serial = identity.serial { return .usb(serial) }
    return .pcm(pcm)
  }
}

/// What a capture device can do without conversion.
public struct MicrophoneCapabilities: Hashable, Sendable, Codable {
  /// The smallest and the largest number of channels.
  public var channels: ClosedRange<Int>
  /// The lowest and the highest rate, in sample frames per second.
  public var sampleRates: ClosedRange<Int>
  /// The formats that are read directly; empty where the device has others only, which `plughw:` converts.
  public var sampleFormats: [SampleFormat]

  /// Makes a description of what a device can do.
  public init(channels: ClosedRange<Int>, sampleRates: ClosedRange<Int>, sampleFormats: [SampleFormat]) {
    self.channels = channels
    self.sampleRates = sampleRates
    self.sampleFormats = sampleFormats
  }
}
