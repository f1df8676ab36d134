internal import Broadcast

extension Command {
  /// Why this cannot be done now, in a few words; `nil` if it can.
  func disabledReason(in state: ConsoleState) -> String? {
    if changesBroadcast, state.settings.isReadOnly { return "read-only: nothing is changed from here" }
    let status = state.status
    switch self {
    case .goLive:
      if state.isOnAir { return "already live; \(state.keymap.keyName(.stop)) stops" }
      return status.phase == .stopping ? "the broadcast before is still ending" : nil
    case .stop, .reconnect, .mark: return state.isOnAir ? nil : "not live"
    case .channel, .newChannel, .video, .preset:
      return state.isOnAir ? "not while live; \(state.keymap.keyName(.stop)) stops" : nil
    case .suspend:
      return state.isOnAir && state.settings.endsBroadcastOnQuit
        ? "the broadcast would stand still; \(state.keymap.keyName(.stop)) stops it first" : nil
    case .code: return status.playbackURL == nil ? "no playback address is known" : nil
    case .clearClip: return state.levels.isClipped ? nil : "nothing has clipped"
    case .mirror: return state.settings.isPictureOn ? nil : "the picture is off"
    case .bitrateUp: return status.choice.videoKilobits >= 8500 ? "8500 kbit/s is the most" : nil
    case .bitrateDown: return status.choice.videoKilobits <= 100 ? "100 kbit/s is the least" : nil
    case .gainUp: return status.audio.gainDecibels >= 30 ? "+30 dB is the most" : nil
    case .gainDown: return status.audio.gainDecibels <= -60 ? "-60 dB is the least" : nil
    case .mute, .camera, .microphone, .bitrate, .slate, .record, .snapshot, .refreshDevices, .picture, .graphScale,
      .eventFilter, .search, .zoom, .help, .commandLine, .quit, .redraw, .nextPanel, .previousPanel, .open,
      .up, .down, .left, .right, .top, .bottom, .pageUp, .pageDown, .choose, .cancel, .filter, .remove, .nextField,
      .previousField, .clearField, .save, .complete, .yes, .no:
      return nil
    }
  }

  /// Whether it asks something of the broadcaster, and not of the console alone.
  var changesBroadcast: Bool {
    switch self {
    case .goLive, .stop, .mute, .gainUp, .gainDown, .camera, .microphone, .channel, .newChannel, .video, .bitrate,
      .bitrateUp, .bitrateDown, .preset, .slate, .mark, .reconnect, .record, .snapshot, .refreshDevices:
      true
    case .picture, .mirror, .graphScale, .code, .eventFilter, .search, .clearClip, .zoom, .help, .commandLine, .quit,
      .suspend, .redraw, .nextPanel, .previousPanel, .open, .up, .down, .left, .right, .top, .bottom, .pageUp,
      .pageDown, .choose, .cancel, .filter, .remove, .nextField, .previousField, .clearField, .save, .complete, .yes,
      .no:
      false
    }
  }
}
