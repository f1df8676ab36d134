internal import Interface

/// What there is to say of a setting: the one row that options, help, defaults and the manual's table come from.
public struct SettingFacts: Sendable, Equatable {
  /// What stands for the value in help, `WxH@FPS`; `nil` for a switch.
  public let metavar: String?
  /// What it is for, in a sentence.
  public let help: String
  /// What holds where nothing was said; `nil` where that is nothing, or hangs on something else.
  public let defaultValue: String?
  /// The default in words, where it is no value.
  public let defaultText: String?

  /// A value to show where there is no default.
  public var example: String {
    switch metavar {
    case nil: "true"
    case "file": "/etc/ivs-broadcast/FILE"
    case "time": "15m"
    case "spec": "name:Yeti"
    case "path": "/run/ivs-broadcast/control.sock"
    case "region": "us-west-2"
    case "plan": "10s rate=1000k 20s; 45s stop 3s"
    case "interface": "wwan0"
    case let metavar?: metavar
    }
  }

  /// The sentence of help.
  /// - Parameter withDefault: the default is said in it; that of a switch, off, goes without saying.
  public func help(withDefault: Bool) -> String {
    guard withDefault, metavar != nil, let text = defaultText ?? defaultValue else { return help }
    return "\(help.dropLast()) (default: \(text))."
  }

  init(_ metavar: String?, _ help: String, default defaultValue: String? = nil, or defaultText: String? = nil) {
    (self.metavar, self.help, self.defaultValue, self.defaultText) = (metavar, help, defaultValue, defaultText)
  }
}

extension SettingKey {
  /// The setting's row.
  public var facts: SettingFacts {
    switch self {
    case .camera:
      SettingFacts(
        "spec", "Camera: auto, /dev/videoN, usb:SERIAL, path:TOPOLOGY, name:TEXT, test, file:PATH or none.",
        default: "auto")
    case .microphone:
      SettingFacts(
        "spec", "Microphone: auto, an ALSA PCM, usb:SERIAL, name:TEXT, test, file:PATH or silence.",
        or: "goes with the camera")
    case .microphoneInputs:
      SettingFacts(
        "inputs", "Inputs of the microphone's card: auto, one such as 4, or left and right such as 1+2.",
        default: "auto")
    case .channel:
      SettingFacts(
        "channel",
        "local, a saved channel, a channel of the AWS account by name or ARN, ivs (the nearest ingest, by the key alone), rtmps://HOST:443/app, rtmp:// (unencrypted), srt://HOST:9000 or wss://HOST/v1/publish/CHANNEL (ws:// without TLS).",
        default: "local")
    case .streamKeyFile: SettingFacts("file", "File with the stream key, one line.")
    case .tokenFile: SettingFacts("file", "File with the token for a proxy, one line.")
    case .passphraseFile: SettingFacts("file", "File with the passphrase of an SRT channel, one line.")
    case .proxy:
      SettingFacts(
        "wss://HOST/v1/publish/CHANNEL",
        "A proxy that also leads to the channel, for networks that block RTMPS; ws:// for one without TLS.")
    case .route:
      SettingFacts(
        "route", "auto (direct, then through the proxy), direct, proxy, or srt for a channel of the AWS account.",
        default: "auto")
    case .profile: SettingFacts("name", "AWS profile, instead of AWS_PROFILE.")
    case .region: SettingFacts("region", "AWS region, instead of AWS_REGION and the profile's.")
    case .takeover: SettingFacts(nil, "Take over a stream that somebody else sends to the channel.", default: "false")
    case .ivsFigures:
      SettingFacts(nil, "Query CloudWatch every 30 s for what IVS receives; AWS bills the account.", default: "false")
    case .metadataSchedule: SettingFacts("file", "File with timed metadata and when to send it.")
    case .video:
      SettingFacts(
        "WxH@FPS", "Size and frames a second on air: edges of 160 to 1920, 10 to 60 frames, 30 without @FPS.",
        default: "1280x720@30")
    case .videoBitrate:
      SettingFacts(
        "rate", "Video bitrate, \(Intent.videoBitrateRange).",
        default: "2500k")
    case .adaptiveBitrate:
      SettingFacts("on|off", "Lower the video bitrate while the network is slow.", default: "on")
    case .videoBitrateMinimum: SettingFacts("rate", "Lowest video bitrate that it follows to.", default: "300k")
    case .delayLimit:
      SettingFacts(
        "time", "How far the stream may fall behind, \(Intent.delayLimitRange).", default: "1.5s")
    case .videoEncoder:
      SettingFacts("encoder", "auto, libx264, h264_vaapi, h264_v4l2m2m, h264_nvenc or h264_qsv.", default: "auto")
    case .videoPreset: SettingFacts("preset", "x264 preset, auto or ultrafast to slow.", default: "auto")
    case .latency:
      SettingFacts(
        "latency", "normal, which holds ten frames back for a better picture, or low.", default: "normal")
    case .audioBitrate: SettingFacts("rate", "AAC bitrate, 64k to 320k.", default: "128k")
    case .duration: SettingFacts("time", "Stop after this time on air: 90s, 15m, 1h30m.")
    case .terminalLost:
      SettingFacts("time", "Keep the console's broadcast running this long without its terminal.", default: "10s")
    case .record:
      SettingFacts(
        "where", "Record each broadcast to a Matroska file: on (~/Videos/ivs-broadcast), off, or a directory.",
        default: "off")
    case .bindInterface:
      SettingFacts(
        "interface",
        "Send over this network interface alone, such as wwan0; names are looked up, and AWS is asked, as the system does it."
      )
    case .tlsCAFile: SettingFacts("file", "Trust the authorities in this PEM file instead of the system's.")
    case .keepTrying:
      SettingFacts(
        nil, "Never give up connecting, not even the first time; for unattended machines.", default: "false")
    case .playbackPort:
      SettingFacts(
        "port", "Loopback port of the local channel's player; 0 picks a free one.",
        default: "8935")
    case .rehearse:
      SettingFacts(
        "plan", "Have the local channel's link fail as planned: '10s rate=1000k 20s; 45s stop 3s; 60s reset'.")
    case .controlSocket:
      SettingFacts("path", "Where status and control reach this broadcaster, or off.", or: "in the runtime directory")
    case .logLevel: SettingFacts("level", "trace, debug, info, notice, warning or error.", default: "info")
    }
  }
}
