/// Everything that a person can ask of the console; the raw value is its name after `:` and in the settings.
public enum Command: String, CaseIterable, Hashable, Sendable {
  case goLive = "go-live"
  case stop, mute, gain
  case gainUp = "gain-up"
  case gainDown = "gain-down"
  case camera, microphone, inputs, channel
  case newChannel = "new-channel"
  case createChannel = "create-channel"
  case refreshChannels = "refresh-channels"
  case video, bitrate
  case bitrateUp = "bitrate-up"
  case bitrateDown = "bitrate-down"
  case adaptiveBitrate = "adaptive"
  case minimumBitrate = "bitrate-min"
  case delayLimit = "delay-limit"
  case preset, slate, mark, metadata, reconnect, record, snapshot
  case refreshDevices = "refresh-devices"
  case serviceFigures = "ivs-figures"
  case reload
  case log, places, keys
  case picture, mirror
  case graphScale = "graph-scale"
  case code = "qr"
  case eventFilter = "event-filter"
  case search
  case clearClip = "clear-clip"
  case zoom, help
  case commandLine = "command"
  case quit, suspend, redraw
  case nextPanel = "next-panel"
  case previousPanel = "previous-panel"
  case open, up, down, left, right, top, bottom
  case pageUp = "page-up"
  case pageDown = "page-down"
  case choose, cancel, filter, remove
  case editChannel = "edit-channel"
  case nextField = "next-field"
  case previousField = "previous-field"
  case clearField = "clear-field"
  case save, complete, yes, no
}

/// What has the keys; a key may mean different things in different places.
public enum KeyContext: String, CaseIterable, Hashable, Sendable {
  case dashboard, list, help, confirmation, log, note, newKey
  /// Places where characters are text: only other keys are commands there.
  case filtering, finding, remark, form, commandLine

  var takesText: Bool {
    switch self {
    case .dashboard, .list, .help, .confirmation, .log, .note, .newKey: false
    case .filtering, .finding, .remark, .form, .commandLine: true
    }
  }
}
