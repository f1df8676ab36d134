internal import ArgumentParser
internal import Broadcast
internal import BroadcastConfiguration
internal import FoundationEssentials
internal import RTMP
internal import Service
internal import Settings

/// The settings as options, the same for the console and for headless broadcasts.
struct BroadcastOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Settings file; each long option is a key in it.", valueName: "file"))
  var config: String?
  @Option(
    help: ArgumentHelp(
      "auto, /dev/videoN, usb:SERIAL, path:TOPOLOGY, name:TEXT, test, file:PATH or none (default: auto).",
      valueName: "spec"))
  var camera: String?
  @Option(
    help: ArgumentHelp(
      "auto, an ALSA PCM, usb:SERIAL, name:TEXT, test, file:PATH or silence (default: goes with the camera).",
      valueName: "spec"))
  var microphone: String?
  @Option(
    help: ArgumentHelp(
      "auto, an input of the microphone's card such as 4, or left and right such as 1+2 (default: auto).",
      valueName: "inputs"))
  var microphoneInputs: String?
  @Option(
    help: ArgumentHelp(
      "local, a saved channel, a channel of the AWS account by name or ARN, ivs (the nearest ingest, by the key alone), rtmps://HOST:443/app, srt://HOST:9000 or wss://HOST/v1/publish/CHANNEL (default: local).",
      valueName: "channel"))
  var channel: String?
  @Option(help: ArgumentHelp("File with the stream key, one line.", valueName: "file"))
  var streamKeyFile: String?
  @Option(help: ArgumentHelp("AWS profile, instead of AWS_PROFILE.", valueName: "name"))
  var profile: String?
  @Option(help: ArgumentHelp("AWS region, instead of AWS_REGION and the profile's.", valueName: "region"))
  var region: String?
  @Flag(help: "Take over a stream that somebody else sends to the channel.")
  var takeover = false
  @Flag(help: "Ask CloudWatch each 30 s what IVS receives; the account pays for it.")
  var ivsFigures = false
  @Option(help: ArgumentHelp("File with timed metadata and when to send it.", valueName: "file"))
  var metadataSchedule: String?
  @Option(help: ArgumentHelp("File with the token for a proxy, one line.", valueName: "file"))
  var tokenFile: String?
  @Option(help: ArgumentHelp("File with the passphrase of an SRT channel, one line.", valueName: "file"))
  var passphraseFile: String?
  @Option(
    help: ArgumentHelp(
      "A proxy that leads to the channel too, for where RTMPS does not get through.",
      valueName: "wss://HOST/v1/publish/CHANNEL"))
  var proxy: String?
  @Option(
    help: ArgumentHelp(
      "auto, direct, proxy, or srt for a channel of the AWS account (default: auto, which tries direct first).",
      valueName: "road"))
  var road: String?
  @Option(help: ArgumentHelp("Size and frames a second on air (default: 1280x720@30).", valueName: "WxH@FPS"))
  var video: String?
  @Option(help: ArgumentHelp("Video bitrate, 100k to 8500k (default: 2500k).", valueName: "rate"))
  var videoBitrate: String?
  @Option(
    help: ArgumentHelp(
      "auto, libx264, h264_vaapi, h264_v4l2m2m, h264_nvenc or h264_qsv (default: auto).", valueName: "encoder"))
  var videoEncoder: String?
  @Option(help: ArgumentHelp("x264 preset, ultrafast to slow (default: veryfast).", valueName: "preset"))
  var videoPreset: String?
  @Option(help: ArgumentHelp("AAC bitrate, 64k to 320k (default: 128k).", valueName: "rate"))
  var audioBitrate: String?
  @Option(help: ArgumentHelp("Stop after this time on air: 90s, 15m, 1h30m.", valueName: "time"))
  var duration: String?
  @Option(
    help: ArgumentHelp(
      "The console's broadcast goes on this long without its terminal (default: 10s).", valueName: "time"))
  var terminalLost: String?
  @Option(help: ArgumentHelp("Record to a Matroska file in this directory too.", valueName: "directory"))
  var record: String?
  @Option(help: ArgumentHelp("Trust the authorities in this PEM file instead of the system's.", valueName: "file"))
  var tlsCAFile: String?
  @Option(help: ArgumentHelp("Loopback port of the local channel's player (default: 8935; 0: any).", valueName: "port"))
  var playbackPort: String?
  @Flag(help: "Never give up connecting, not even the first time; for boxes that nobody watches.")
  var keepTrying = false
  @Option(
    help: ArgumentHelp(
      "Where status and control reach this broadcaster, or off (default: in the runtime directory).",
      valueName: "path"))
  var controlSocket: String?
  @Option(help: ArgumentHelp("trace, debug, info, notice, warning or error (default: info).", valueName: "level"))
  var logLevel: String?

  /// Where this user's settings, channels and logs are.
  var place: SettingsPlace { SettingsPlace(environment: ProcessInfo.processInfo.environment) }

  /// The file that settings are read from: the named one, else the user's own where there is one.
  var settingsFile: String? { config ?? (place.hasSettings ? place.settingsFile : nil) }

  /// What was said on the command line.
  private var given: [SettingKey: SettingValue] {
    let all: [(SettingKey, String?)] = [
      (.camera, camera), (.microphone, microphone),
      (.microphoneInputs, microphoneInputs), (.channel, channel), (.streamKeyFile, streamKeyFile),
      (.profile, profile), (.region, region), (.takeover, takeover ? "true" : nil),
      (.ivsFigures, ivsFigures ? "true" : nil), (.metadataSchedule, metadataSchedule), (.tokenFile, tokenFile),
      (.passphraseFile, passphraseFile), (.proxy, proxy), (.road, road),
      (.video, video), (.videoBitrate, videoBitrate), (.videoEncoder, videoEncoder), (.videoPreset, videoPreset),
      (.audioBitrate, audioBitrate), (.duration, duration), (.terminalLost, terminalLost), (.record, record),
      (.tlsCAFile, tlsCAFile),
      (.playbackPort, playbackPort), (.keepTrying, keepTrying ? "true" : nil),
      (.controlSocket, controlSocket), (.logLevel, logLevel),
    ]
    return Dictionary(
      uniqueKeysWithValues: all.compactMap { key, text in text.map { (key, SettingValue.option(key, $0)) } })
  }

  /// Everything that was said: options win over the settings file.
  func values() throws(OperatorFailure) -> [SettingKey: SettingValue] {
    guard let settingsFile else { return given }
    return try SettingsFile.load(settingsFile).merging(given) { _, option in option }
  }

  /// Stream key, token and passphrase from the sources that need nobody to type them.
  func secrets(_ settings: BroadcastSettings) throws(OperatorFailure) -> ChannelSecrets {
    let environment = ProcessInfo.processInfo.environment.merging(ProcessSecrets.environment) { $1 }
    return ChannelSecrets(
      key: try SecretSource.findKey(file: settings.streamKeyFile, environment: environment),
      token: try SecretSource.findToken(file: settings.tokenFile, environment: environment),
      passphrase: try SecretSource.findPassphrase(file: settings.passphraseFile, environment: environment))
  }
}
