/// How loud the sound is that is sent, as a meter found it.
public struct AudioLevels: Codable, Equatable, Sendable {
  /// One channel over the last 100 ms, in dBFS; -120 is silence.
  public struct Channel: Codable, Equatable, Sendable {
    /// Highest sample.
    public var peak = -120.0
    /// Root of the mean square.
    public var rms = -120.0

    /// Silence.
    public init() {}
  }

  /// Left and right.
  public var channels: [Channel] = [Channel(), Channel()]
  /// EBU R128 short-term loudness (3 s), in LUFS; `nil` before there are 3 s.
  public var shortTermLoudness: Double?
  /// Samples at full scale since the broadcaster started.
  public var clippedSamples = 0
  /// For how long the source has been digitally silent (below -70 dBFS) although nobody muted it.
  public var silentSeconds = 0.0

  /// Silence.
  public init() {}
}

/// What is chosen, as one would write it in the settings; never a key.
public struct Choice: Codable, Equatable, Sendable {
  /// A camera SPEC.
  public var camera = "auto"
  /// A microphone SPEC.
  public var microphone = "auto"
  /// Which inputs of its card: `auto`, `4`, `1+2`.
  public var microphoneInputs = "auto"
  /// `local`, a profile's name or an ingest URL without the key.
  public var channel = "local"
  /// `1280x720@30`.
  public var video = "1280x720@30"
  /// What the encoder is asked for, in kbit/s.
  public var videoKilobits = 2500
  /// libx264's preset.
  public var videoPreset = "veryfast"

  /// The defaults.
  public init() {}
}

/// What could be chosen.
public struct Offers: Codable, Equatable, Sendable {
  /// A camera or a microphone.
  public struct Device: Codable, Equatable, Sendable {
    /// What to choose it by, stable over replugging: `usb:…`, `/dev/video0`, `hw:LabMic,1,0`, `test`.
    public var specification: String
    /// Its name as the device says it.
    public var name: String
    /// Where it hangs and what it can: `/dev/video0, USB 1-2, up to 1920x1080@30`.
    public var detail: String
    /// A camera's modes: `1280x720@30 MJPEG`; empty for microphones.
    public var modes: [String] = []

    /// Makes an offer.
    public init(specification: String, name: String, detail: String, modes: [String] = []) {
      self.specification = specification
      self.name = name
      self.detail = detail
      self.modes = modes
    }
  }

  /// What is known of the AWS account.
  public struct Account: Codable, Equatable, Sendable {
    /// How far looking for its channels is.
    public enum State: String, Codable, Sendable { case none, loading, ready, failed }

    /// How far it is.
    public var state = State.none
    /// The region whose channels are listed.
    public var region: String?
    /// Why there is no list: one line.
    public var problem: String?

    /// An account that nothing is known of.
    public init() {}
  }

  /// A place to stream to.
  public struct Channel: Codable, Equatable, Sendable {
    /// What to choose it by: `local`, the saved name, the name in the account where it is unique, or an ARN.
    public var name: String
    /// `local`, `IVS BASIC`, `IVS STANDARD`, `custom`.
    public var kind: String
    /// Ingest host, without the key.
    public var detail: String
    /// Whether a key for it is there.
    public var hasKey: Bool
    /// A channel of the AWS account: its ARN.
    public var arn: String?
    /// Whether somebody sends to it, as far as the account says.
    public var isLive = false
    /// Where to watch it, where that is saved.
    public var playbackURL: String?

    /// Makes an offer.
    public init(name: String, kind: String, detail: String, hasKey: Bool) {
      self.name = name
      self.kind = kind
      self.detail = detail
      self.hasKey = hasKey
    }
  }

  /// Cameras, the test pattern last.
  public var cameras: [Device] = []
  /// Microphones, test tone and silence last.
  public var microphones: [Device] = []
  /// Whether it was looked for cameras; absent before.
  public var hasLookedForCameras: Bool?
  /// The same for microphones.
  public var hasLookedForMicrophones: Bool?
  /// Channels, `local` first, then the saved ones.
  public var channels: [Channel] = []
  /// Channels of the AWS account that are not saved, by name; there may be thousands.
  public var accountChannels: [Channel] = []
  /// How far the account's list is.
  public var account = Account()

  /// Nothing.
  public init() {}
}

/// The machine that broadcasts.
public struct Machine: Codable, Equatable, Sendable {
  /// This process, in per cent of one core; `nil` before a second of it was measured.
  public var processPercent: Double?
  /// All processes, in per cent of all cores; `nil` before a second of it was measured.
  public var systemPercent: Double?
  /// Cores.
  public var cores = 1
  /// The hottest sensor; `nil` where there is none.
  public var celsius: Double?

  /// A machine that nothing was measured of.
  public init() {}
}

/// Something that happened.
public struct BroadcastEvent: Codable, Equatable, Sendable, Identifiable {
  /// How much it matters.
  public enum Severity: String, Codable, Sendable, CaseIterable, Comparable {
    case debug, info, notice, warning, error

    /// Whether one matters less than another.
    public static func < (one: Severity, other: Severity) -> Bool { one.rank < other.rank }

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
  }

  /// Counts up.
  public var id: Int
  /// Wall clock for display: `14:03:22`.
  public var clock: String
  /// How much it matters.
  public var severity: Severity
  /// One line, without keys.
  public var text: String

  /// Makes an event.
  public init(id: Int, clock: String, severity: Severity, text: String) {
    self.id = id
    self.clock = clock
    self.severity = severity
    self.text = text
  }
}
