internal import BroadcastConfiguration
internal import Codec
internal import Interface
internal import Media

/// What is different in settings that were read again: what can change while a broadcast runs, and what cannot.
///
/// Pure.
struct SettingsChange: Equatable {
  /// What to do for those that can, in the table's order.
  var intents: [SettingKey: Intent] = [:]
  /// Those that take a restart, in the table's order.
  var restart: [SettingKey] = []

  /// Compares what was said before with what is said now.
  /// - Parameter settings: what is said now, complete.
  init(from old: [SettingKey: SettingValue], to new: [SettingKey: SettingValue], _ settings: BroadcastSettings) {
    for key in SettingKey.allCases where old[key]?.text != new[key]?.text {
      if let intent = Self.intent(key, settings) { intents[key] = intent } else { restart.append(key) }
    }
    // Without a word about it, the microphone goes with the camera.
    if intents[.camera] != nil, new[.microphone] == nil { intents[.microphone] = Self.intent(.microphone, settings) }
  }

  /// What takes a setting over in a broadcast that runs; `nil` where only a restart does.
  private static func intent(_ key: SettingKey, _ settings: BroadcastSettings) -> Intent? {
    switch key {
    case .camera: .camera("\(settings.camera)")
    case .microphone: .microphone("\(settings.microphone)")
    case .microphoneInputs: .microphoneInputs("\(settings.microphoneInputs)")
    case .videoBitrate: .videoBitrate(kilobits: settings.video.bitrate.kilobitsPerSecond)
    case .adaptiveBitrate: .adaptiveBitrate(settings.adaptsBitrate)
    case .videoBitrateMinimum: .videoBitrateMinimum(kilobits: settings.videoBitrateMinimum.kilobitsPerSecond)
    case .delayLimit: .delayLimit(milliseconds: Int(settings.delayLimit.inMilliseconds))
    case .ivsFigures: .serviceFigures(settings.ivsFigures)
    case .channel, .streamKeyFile, .tokenFile, .passphraseFile, .proxy, .route, .profile, .region, .takeover,
      .metadataSchedule, .video, .videoEncoder, .videoPreset, .latency, .audioBitrate, .duration, .terminalLost,
      .record,
      .bindInterface, .tlsCAFile, .keepTrying, .playbackPort, .rehearse, .controlSocket, .logLevel:
      nil
    }
  }
}
