internal import BroadcastConfiguration
internal import Interface

extension Intent {
  /// The setting that it changes, now and for the next start; `nil` where it changes none.
  var setting: (key: SettingKey, text: String)? {
    switch self {
    case .camera(let text): (.camera, text)
    case .microphone(let text): (.microphone, text)
    case .microphoneInputs(let text): (.microphoneInputs, text)
    case .channel(let name): (.channel, name)
    case .video(let text): (.video, text)
    case .videoBitrate(let kilobits): (.videoBitrate, "\(kilobits)k")
    case .videoPreset(let preset): (.videoPreset, preset)
    case .adaptiveBitrate(let isOn): (.adaptiveBitrate, isOn ? "on" : "off")
    case .videoBitrateMinimum(let kilobits): (.videoBitrateMinimum, "\(kilobits)k")
    case .delayLimit(let milliseconds): (.delayLimit, "\(Double(milliseconds) / 1000)s")
    case .goLive, .takeOver, .stop, .mute, .gain, .slate, .mark, .metadata, .reconnect, .record, .snapshot,
      .refreshDevices, .saveChannel, .removeChannel, .refreshChannels, .createChannel, .serviceFigures, .reload:
      nil
    }
  }
}
