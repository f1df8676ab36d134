public import Capture
public import Codec
internal import FoundationEssentials
public import IVS
internal import Interface
public import Media
public import Networking
public import Rehearsal
public import Settings
public import Transwrap

/// What one broadcast is to be: checked, complete, and without the stream key.
public struct BroadcastSettings: Sendable {
  /// Which way a broadcast takes to its ingest, where a proxy is known beside it.
  public enum RouteChoice: String, CaseIterable, Sendable {
    /// Straight; through the proxy where that cannot be had.
    case auto
    /// Straight alone.
    case direct
    /// Through the proxy alone.
    case proxy
    /// Over SRT, to a channel of the AWS account.
    case srt
  }

  /// Where the stream goes.
  public enum Channel: Sendable, Equatable {
    /// The embedded channel of this process: no account, no network.
    case local
    /// An ingest, or a proxy; the stream key or token comes beside it.
    case address(ChannelAddress)
    /// A channel that was saved under this name, or has it in the AWS account.
    case saved(String)
    /// A channel of the AWS account.
    case account(ChannelARN)
    /// The nearest ingest of Amazon IVS: whose channel it is the stream key tells.
    case anyIngest
  }

  /// Where other programs of this machine can ask and tell the broadcaster things.
  public enum ControlSocket: Sendable, Equatable {
    /// In the user's or the service's runtime directory.
    case runtimeDirectory
    /// At this path.
    case path(String)
    /// Nowhere.
    case off
  }

  /// Where the picture comes from.
  public var camera: CameraSpecification
  /// Where the sound comes from.
  public var microphone: MicrophoneSpecification
  /// Which of its inputs are heard.
  public var microphoneInputs: InputChoice
  /// Where the stream goes.
  public var channel: Channel
  /// Where the key is read from, if a file was named.
  public var streamKeyFile: String?
  /// Where the proxy's token is read from, if a file was named.
  public var tokenFile: String?
  /// Where the passphrase of an SRT channel is read from, if a file was named.
  public var passphraseFile: String?
  /// A proxy that leads to the ingest too.
  public var proxy: ProxyEndpoint?
  /// Which way is taken.
  public var route: RouteChoice
  /// The AWS profile whose credentials are used.
  public var profile: String?
  /// The AWS region whose channels are meant.
  public var region: String?
  /// A stream that somebody else sends to the channel is taken over.
  public var takesOver: Bool
  /// CloudWatch is asked what IVS receives; the account pays for it.
  public var ivsFigures: Bool
  /// A file with timed metadata and when to send it.
  public var metadataSchedule: String?
  /// Geometry, rate, bitrate and encoder of the picture.
  public var video: VideoEncoding
  /// Whether the video bitrate follows the network.
  public var adaptsBitrate: Bool
  /// The least that it follows to.
  public var videoBitrateMinimum: Bitrate
  /// How far behind the stream may fall.
  public var delayLimit: Duration
  /// Bitrate of the sound.
  public var audioBitrate: Bitrate
  /// Time on air after which the broadcast stops by itself.
  public var duration: Duration?
  /// How long a broadcast goes on when the console's terminal has gone away.
  public var terminalLost: Duration
  /// Whether each broadcast is recorded.
  public var isRecorded: Bool
  /// Where recordings and snapshots go instead of the default directory.
  public var recordDirectory: String?
  /// The only network interface that the stream goes over.
  public var bindInterface: NetworkInterface?
  /// PEM file with the authorities to trust instead of the system's.
  public var tlsCAFile: String?
  /// Never gives up: for boxes that nobody watches.
  public var keepsTrying: Bool
  /// The loopback port of the local channel's player; zero is any free one.
  public var playbackPort: Int
  /// Whether that port was asked for, so that no other will do.
  public var isPlaybackPortFixed: Bool
  /// How the local channel's link is to fail; `nil` where it is not.
  public var rehearsal: RehearsalPlan?
  /// Where the control socket is.
  public var controlSocket: ControlSocket
  /// The least important log lines that are shown.
  public var logLevel: String

  /// Puts settings together: options win over the file, the file over the defaults.
  /// - Throws: one line that names the option or `file:line`, what is wrong with it and what would be right.
  public init(
    options: [SettingKey: SettingValue], file: [SettingKey: SettingValue] = [:]
  ) throws(OperatorFailure) {
    let values = SettingValues(options: options, file: file)
    camera = try values.parse(.camera) { value throws(OperatorFailure) in
      do { return try CameraSpecification(parsing: value.text) } catch { throw value.wrong(error) }
    }
    microphone = try values.parse(.microphone, or: Self.usualMicrophone(for: camera)) {
      value throws(OperatorFailure) in
      do { return try MicrophoneSpecification(parsing: value.text) } catch { throw value.wrong(error) }
    }
    microphoneInputs = try values.parse(.microphoneInputs, with: Self.parseInputs)
    channel = try values.parse(.channel, with: Self.parseChannel)
    streamKeyFile = values[.streamKeyFile]?.text
    tokenFile = values[.tokenFile]?.text
    passphraseFile = values[.passphraseFile]?.text
    proxy = try values.parseIfSet(.proxy) { value throws(OperatorFailure) in
      do { return try ProxyEndpoint(parsing: value.text) } catch { throw value.wrong("\(error)") }
    }
    route = try values.parse(.route) { value throws(OperatorFailure) in
      guard let route = RouteChoice(rawValue: value.text) else {
        throw value.wrong("'\(value.text)' is not one of auto, direct, proxy, srt")
      }
      return route
    }
    profile = values[.profile]?.text
    region = values[.region]?.text
    takesOver = try values.parse(.takeover, with: Self.parseFlag)
    ivsFigures = try values.parse(.ivsFigures, with: Self.parseFlag)
    metadataSchedule = values[.metadataSchedule]?.text
    let mode = try values.parse(.video) { value throws(OperatorFailure) in
      do { return try VideoMode(parsing: value.text) } catch { throw value.wrong(error) }
    }
    let bitrate = try values.parse(.videoBitrate) { value throws(OperatorFailure) in
      try Self.parseBitrate(value, Intent.videoKilobits)
    }
    adaptsBitrate = try values.parse(.adaptiveBitrate, with: Self.parseFlag)
    videoBitrateMinimum = try values.parse(.videoBitrateMinimum) { value throws(OperatorFailure) in
      try Self.parseBitrate(value, Intent.videoKilobits)
    }
    delayLimit = try values.parse(.delayLimit) { value throws(OperatorFailure) in
      guard let limit = Intent.delayLimit(parsing: value.text) else {
        throw value.wrong("'\(value.text)' is not a time from \(Intent.delayLimitRange)")
      }
      return limit
    }
    let encoder = try values.parse(.videoEncoder) { value throws(OperatorFailure) in
      guard let encoder = VideoEncoderChoice(rawValue: value.text) else {
        let all = VideoEncoderChoice.allCases.map(\.rawValue).joined(separator: ", ")
        throw value.wrong("'\(value.text)' is not one of \(all)")
      }
      return encoder
    }
    let presets = ["ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow"]
    let preset = try values.parse(.videoPreset) { value throws(OperatorFailure) in
      if value.text == "auto" {
        return VideoEncoding.preset(
          for: mode.size, at: mode.frameRate, cores: ProcessInfo.processInfo.activeProcessorCount)
      }
      guard presets.contains(value.text) else {
        throw value.wrong("'\(value.text)' is not one of auto, \(presets.joined(separator: ", "))")
      }
      return value.text
    }
    let latency = try values.parse(.latency) { value throws(OperatorFailure) in
      guard let latency = EncodingLatency(rawValue: value.text) else {
        throw value.wrong("'\(value.text)' is not one of normal, low")
      }
      return latency
    }
    video = VideoEncoding(
      size: mode.size, frameRate: mode.frameRate, bitrate: bitrate, preset: preset, latency: latency, encoder: encoder)
    audioBitrate = try values.parse(.audioBitrate) { value throws(OperatorFailure) in
      try Self.parseBitrate(value, 64...320)
    }
    duration = try values.parseIfSet(.duration) { value throws(OperatorFailure) in
      guard let duration = Duration(parsing: value.text), duration > .zero else {
        throw value.wrong("'\(value.text)' is not a duration such as 90s, 15m or 1h30m")
      }
      return duration
    }
    terminalLost = try values.parse(.terminalLost) { value throws(OperatorFailure) in
      guard let duration = Duration(parsing: value.text) else {
        throw value.wrong("'\(value.text)' is not a duration such as 10s, 15m or 8h")
      }
      return duration
    }
    (isRecorded, recordDirectory) = try values.parse(.record, with: Self.parseRecording)
    bindInterface = try values.parseIfSet(.bindInterface) { value throws(OperatorFailure) in
      guard let interface = NetworkInterface(parsing: value.text) else {
        throw value.wrong("'\(ForeignText.cleaned(value.text, limit: 40))' is no network interface, such as wwan0")
      }
      return interface
    }
    tlsCAFile = values[.tlsCAFile]?.text
    keepsTrying = try values.parse(.keepTrying, with: Self.parseFlag)
    playbackPort = try values.parse(.playbackPort) { value throws(OperatorFailure) in
      guard let port = Int(value.text), (0...65_535).contains(port) else {
        throw value.wrong("'\(value.text)' is not a port from 0 to 65535")
      }
      return port
    }
    isPlaybackPortFixed = values[.playbackPort] != nil && playbackPort != 0
    rehearsal = try values.parseIfSet(.rehearse) { value throws(OperatorFailure) in
      do throws(RehearsalPlanError) { return try RehearsalPlan(parsing: value.text) } catch { throw value.wrong(error) }
    }
    if rehearsal != nil, channel != .local, let value = values[.rehearse] {
      throw value.wrong("a link is rehearsed with the local channel alone")
    }
    controlSocket = try values.parse(.controlSocket, or: .runtimeDirectory) { value throws(OperatorFailure) in
      switch value.text {
      case "": throw value.wrong("a path is wanted, or off")
      case "off", "false", "no": return .off
      default: return .path(value.text)
      }
    }
    logLevel = try values.parse(.logLevel) { value throws(OperatorFailure) in
      let levels = ["trace", "debug", "info", "notice", "warning", "error"]
      guard levels.contains(value.text) else {
        throw value.wrong("'\(value.text)' is not one of \(levels.joined(separator: ", "))")
      }
      return value.text
    }
  }

  /// Without a word about it, a file's own sound goes with its picture, the test tone with the test pattern.
  private static func usualMicrophone(for camera: CameraSpecification) -> MicrophoneSpecification {
    switch camera {
    case .test: .test
    case .file(let path): .file(path)
    case .auto, .node, .usb, .path, .name, .none: .auto
    }
  }

  private static func parseBitrate(
    _ value: SettingValue, _ kilobits: ClosedRange<Int>
  ) throws(OperatorFailure) -> Bitrate {
    do { return try Bitrate.parse(value.text, kilobits: kilobits) } catch { throw value.wrong(error) }
  }

  private static func parseInputs(_ value: SettingValue) throws(OperatorFailure) -> InputChoice {
    guard let inputs = InputChoice(parsing: value.text) else {
      throw value.wrong(
        "'\(value.text)' is neither auto nor an input such as 4, nor two such as 1+2, from 1 to \(InputChoice.most)")
    }
    return inputs
  }

  private static func parseFlag(_ value: SettingValue) throws(OperatorFailure) -> Bool {
    switch value.text {
    case "true", "yes", "on": return true
    case "false", "no", "off": return false
    default: throw value.wrong("'\(value.text)' is neither on nor off")
    }
  }

  /// `on`, `off`, or a directory, which means on.
  private static func parseRecording(_ value: SettingValue) throws(OperatorFailure) -> (Bool, String?) {
    switch value.text.lowercased() {
    case "on", "true", "yes": (true, nil)
    case "off", "false", "no": (false, nil)
    case "": throw value.wrong("on, off or a directory is wanted")
    default: (true, value.text)
    }
  }

  private static func parseChannel(_ value: SettingValue) throws(OperatorFailure) -> Channel {
    if value.text == "local" { return .local }
    if value.text == "ivs" { return .anyIngest }
    if ChannelARN.isMeant(by: value.text) {
      guard let arn = ChannelARN(value.text) else {
        throw value.wrong("'\(value.text)' is not the ARN of a channel: arn:aws:ivs:REGION:ACCOUNT:channel/ID")
      }
      return .account(arn)
    }
    if ChannelProfile.isName(value.text) { return .saved(value.text) }
    do { return .address(try ChannelAddress(parsing: value.text)) } catch { throw value.wrong("\(error)") }
  }
}
