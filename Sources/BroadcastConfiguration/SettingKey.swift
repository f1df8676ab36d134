public import Settings

/// Every setting, under the name that it has as a long option and as a key of the settings file.
public enum SettingKey: String, CaseIterable, Sendable {
  case camera
  case microphone
  case microphoneInputs = "microphone-inputs"
  case channel
  case streamKeyFile = "stream-key-file"
  case tokenFile = "token-file"
  case passphraseFile = "passphrase-file"
  case proxy
  case route
  case profile
  case region
  case takeover
  case ivsFigures = "ivs-figures"
  case metadataSchedule = "metadata-schedule"
  case video
  case videoBitrate = "video-bitrate"
  case adaptiveBitrate = "adaptive-bitrate"
  case videoBitrateMinimum = "video-bitrate-min"
  case delayLimit = "delay-limit"
  case videoEncoder = "video-encoder"
  case videoPreset = "video-preset"
  case latency
  case audioBitrate = "audio-bitrate"
  case duration
  case terminalLost = "terminal-lost"
  case record
  case bindInterface = "bind-interface"
  case tlsCAFile = "tls-ca-file"
  case keepTrying = "keep-trying"
  case playbackPort = "playback-port"
  case rehearse
  case controlSocket = "control-socket"
  case logLevel = "log-level"

  /// Names that settings had in earlier versions, which still work.
  static let formerNames: [String: SettingKey] = ["road": .route]

  /// The key whose name is nearest to `word`, if one is near enough to be meant.
  public static func nearest(to word: String) -> SettingKey? {
    suggestion(for: word, among: allCases.map(\.rawValue)).flatMap { SettingKey(rawValue: $0) }
  }
}

/// A setting as somebody wrote it, and where.
public struct SettingValue: Equatable, Sendable {
  /// The text as written.
  public let text: String
  /// Where it stands: `--video`, or `kiosk.yaml:7: video`.
  public private(set) var origin: String
  /// The exit code if the text is wrong: usage for options, configuration for files.
  public let exitStatus: ExitStatus
  /// What to say of a name that the setting had in earlier versions.
  public private(set) var hint: String?

  /// A value given as an option.
  public static func option(_ key: SettingKey, _ text: String) -> SettingValue {
    SettingValue(text: text, origin: "--\(key.rawValue)", exitStatus: .usage)
  }

  /// The same value, given under a former name of its setting; `place` is what stands before it in its origin.
  public func named(formerly name: String, now newName: String, at place: String = "") -> SettingValue {
    var value = self
    value.origin = place + name
    value.hint = "\(place)'\(name)' is called '\(newName)' now; the former name still works"
    return value
  }

  /// A value from line `line` of a settings file.
  public static func file(_ key: SettingKey, _ text: String, path: String, line: Int) -> SettingValue {
    SettingValue(text: text, origin: "\(path):\(line): \(key.rawValue)", exitStatus: .configuration)
  }
}
