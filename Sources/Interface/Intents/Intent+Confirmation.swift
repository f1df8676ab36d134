extension Intent {
  /// What to say once it is done, where nothing is known but what was asked for.
  ///
  /// Without what others may not read: texts for viewers and remarks are not said again.
  public var confirmation: String {
    switch self {
    case .goLive, .takeOver: "going live"
    case .stop: "stopped"
    case .mute(let isMuted): isMuted ? "muted" : "unmuted"
    case .gain(let decibels): "gain \(Self.shown(decibels)) dB"
    case .camera(let text): "camera: \(text)"
    case .microphone(let text): "microphone: \(text)"
    case .microphoneInputs(let text): "inputs: \(text)"
    case .channel(let name): "channel: \(name)"
    case .video(let text): "video: \(text)"
    case .videoBitrate(let kilobits): "video bitrate: \(kilobits) kbit/s"
    case .adaptiveBitrate(let isOn): isOn ? "the bitrate follows the network" : "the bitrate stays as requested"
    case .videoBitrateMinimum(let kilobits): "lowest video bitrate: \(kilobits) kbit/s"
    case .delayLimit(let milliseconds): "delay limit: \(Double(milliseconds) / 1000) s"
    case .videoPreset(let preset): "preset: \(preset)"
    case .slate(let isOn): isOn ? "the slate is on" : "the slate is off"
    case .mark: "marked"
    case .metadata(let text): "metadata of \(text.utf8.count) bytes is sent"
    case .reconnect: "reconnecting; a connection that is there is kept until the new one takes its place"
    case .record(let isOn): isOn ? "recording" : "the recording ends"
    case .snapshot: "snapshot saved"
    case .refreshDevices: "looking for devices"
    case .saveChannel(let profile): "channel '\(profile.name)' saved"
    case .removeChannel(let name): "channel '\(name)' removed"
    case .refreshChannels: "the account's channels are loaded"
    case .createChannel(let channel): "channel '\(channel.name)' created"
    case .reload: "the settings are read again"
    case .serviceFigures(let isOn): isOn ? "CloudWatch is asked, and AWS bills for it" : "CloudWatch is not asked"
    }
  }

  /// `-3`, `1.5`.
  private static func shown(_ decibels: Double) -> Substring {
    let text = "\(decibels)"
    return text.hasSuffix(".0") ? text.dropLast(2) : text[...]
  }
}
