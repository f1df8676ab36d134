internal import ArgumentParser
internal import Broadcast
internal import BroadcastConfiguration
internal import FoundationEssentials
internal import RTMP
internal import Service
internal import Settings

/// The settings as options, the same for the console and for headless broadcasts.
struct BroadcastOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Settings file; `ivs-broadcast settings --example` prints one (default: ~/.config/ivs-broadcast/settings.yaml).",
      valueName: "file"))
  var config: String?
  @Option(help: .setting(.camera))
  var camera: String?
  @Option(help: .setting(.microphone))
  var microphone: String?
  @Option(help: .setting(.microphoneInputs))
  var microphoneInputs: String?
  @Option(help: .setting(.channel))
  var channel: String?
  @Option(help: .setting(.streamKeyFile))
  var streamKeyFile: String?
  @Option(help: .setting(.profile))
  var profile: String?
  @Option(help: .setting(.region))
  var region: String?
  @Flag(help: .setting(.takeover))
  var takeover = false
  @Flag(help: .setting(.ivsFigures))
  var ivsFigures = false
  @Option(help: .setting(.metadataSchedule))
  var metadataSchedule: String?
  @Option(help: .setting(.tokenFile))
  var tokenFile: String?
  @Option(help: .setting(.passphraseFile))
  var passphraseFile: String?
  @Option(help: .setting(.proxy))
  var proxy: String?
  @Option(help: .setting(.route))
  var route: String?
  @Option(help: .setting(.video))
  var video: String?
  @Option(help: .setting(.videoBitrate))
  var videoBitrate: String?
  @Option(help: .setting(.adaptiveBitrate))
  var adaptiveBitrate: String?
  @Option(name: .customLong("video-bitrate-min"), help: .setting(.videoBitrateMinimum))
  var videoBitrateMinimum: String?
  @Option(help: .setting(.delayLimit))
  var delayLimit: String?
  @Option(help: .setting(.videoEncoder))
  var videoEncoder: String?
  @Option(help: .setting(.videoPreset))
  var videoPreset: String?
  @Option(help: .setting(.latency))
  var latency: String?
  @Option(help: .setting(.audioBitrate))
  var audioBitrate: String?
  @Option(help: .setting(.duration))
  var duration: String?
  @Option(help: .setting(.terminalLost))
  var terminalLost: String?
  @Option(help: .setting(.record))
  var record: String?
  @Option(help: .setting(.bindInterface))
  var bindInterface: String?
  @Option(help: .setting(.tlsCAFile))
  var tlsCAFile: String?
  @Option(help: .setting(.playbackPort))
  var playbackPort: String?
  @Option(help: .setting(.rehearse))
  var rehearse: String?
  @Flag(help: .setting(.keepTrying))
  var keepTrying = false
  @Option(help: .setting(.controlSocket))
  var controlSocket: String?
  @Option(help: .setting(.logLevel))
  var logLevel: String?
  /// The former name of `route`.
  @Option(help: .hidden)
  var road: String?

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
      (.passphraseFile, passphraseFile), (.proxy, proxy), (.route, route),
      (.video, video), (.videoBitrate, videoBitrate), (.videoEncoder, videoEncoder), (.videoPreset, videoPreset),
      (.latency, latency), (.adaptiveBitrate, adaptiveBitrate), (.videoBitrateMinimum, videoBitrateMinimum),
      (.delayLimit, delayLimit),
      (.audioBitrate, audioBitrate), (.duration, duration), (.terminalLost, terminalLost), (.record, record),
      (.bindInterface, bindInterface), (.tlsCAFile, tlsCAFile),
      (.playbackPort, playbackPort), (.rehearse, rehearse), (.keepTrying, keepTrying ? "true" : nil),
      (.controlSocket, controlSocket), (.logLevel, logLevel),
    ]
    var values = Dictionary(
      uniqueKeysWithValues: all.compactMap { key, text in text.map { (key, SettingValue.option(key, $0)) } })
    if let road, values[.route] == nil {
      values[.route] = SettingValue.option(.route, road).named(formerly: "--road", now: "--route")
    }
    return values
  }

  /// Everything that was said: options win over the settings file.
  func values() throws(OperatorFailure) -> [SettingKey: SettingValue] {
    if route != nil, road != nil { throw OperatorFailure("--road is the former name of --route", "give one", .usage) }
    guard let settingsFile else { return given }
    return try SettingsFile.load(settingsFile).merging(given) { _, option in option }
  }

  /// Says everything anew, as the settings file is then.
  func reader() -> @Sendable () throws(OperatorFailure) -> [SettingKey: SettingValue] {
    let (path, given) = (settingsFile, given)
    return { () throws(OperatorFailure) in
      guard let path else { return given }
      return try SettingsFile.load(path).merging(given) { _, option in option }
    }
  }

  /// Stream key, token and passphrase from the sources that need nobody to type them.
  func secrets(_ settings: BroadcastSettings) throws(OperatorFailure) -> ChannelSecrets {
    let environment = ProcessInfo.processInfo.environment.merging(ProcessSecrets.environment) { $1 }
    var secrets = ChannelSecrets(
      key: try SecretSource.findKey(file: settings.streamKeyFile, environment: environment),
      token: try SecretSource.findToken(file: settings.tokenFile, environment: environment),
      passphrase: try SecretSource.findPassphrase(file: settings.passphraseFile, environment: environment))
    secrets.exposedFiles = ExposedFiles.among([settings.streamKeyFile, settings.tokenFile, settings.passphraseFile])
    return secrets
  }
}

extension ArgumentHelp {
  /// What the settings table says.
  static func setting(_ key: SettingKey) -> ArgumentHelp {
    ArgumentHelp("\(key.facts.help(withDefault: true))", valueName: key.facts.metavar)
  }
}
