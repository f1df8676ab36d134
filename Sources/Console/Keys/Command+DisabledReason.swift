internal import Interface

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
    case .createChannel where status.offers.account.state == .none: return ChannelMenu.noAccount
    case .channel, .newChannel, .createChannel, .video, .preset:
      return state.isOnAir ? "not while live; \(state.keymap.keyName(.stop)) stops" : nil
    case .metadata:
      if status.phase != .live { return "not live" }
      return status.service == nil ? Self.noService : nil
    case .serviceFigures: return status.service == nil ? Self.noService : nil
    case .suspend:
      return state.isOnAir && state.settings.endsBroadcastOnQuit
        ? "the broadcast would stand still; \(state.keymap.keyName(.stop)) stops it first" : nil
    case .code: return status.playbackURL == nil ? "no playback address is known" : nil
    case .clearClip: return state.levels.isClipped ? nil : "nothing has clipped"
    case .mirror: return state.settings.isPictureOn ? nil : "the picture is off"
    case .bitrateUp:
      let most = Intent.videoKilobits.upperBound
      return status.choice.videoKilobits >= most ? "\(most) kbit/s is the most" : nil
    case .bitrateDown:
      let least = Intent.videoKilobits.lowerBound
      return status.choice.videoKilobits <= least ? "\(least) kbit/s is the least" : nil
    case .gainUp:
      let most = Intent.gainDecibels.upperBound
      return status.audio.gainDecibels >= most ? "+\(Int(most)) dB is the most" : nil
    case .gainDown:
      let least = Intent.gainDecibels.lowerBound
      return status.audio.gainDecibels <= least ? "\(Int(least)) dB is the least" : nil
    case .mute, .camera, .microphone, .inputs, .bitrate, .slate, .record, .snapshot, .refreshDevices, .refreshChannels,
      .picture, .graphScale, .eventFilter, .search, .zoom, .help, .commandLine, .quit, .redraw, .nextPanel,
      .previousPanel, .open,
      .up, .down, .left, .right, .top, .bottom, .pageUp, .pageDown, .choose, .cancel, .filter, .remove, .nextField,
      .previousField, .clearField, .save, .complete, .yes, .no:
      return nil
    }
  }

  /// Why nothing can be asked of the service.
  private static let noService = "IVS is not asked here: it takes a channel of the AWS account"

  /// Whether it asks something of the broadcaster, and not of the console alone.
  var changesBroadcast: Bool {
    switch self {
    case .goLive, .stop, .mute, .gainUp, .gainDown, .camera, .microphone, .inputs, .channel, .newChannel,
      .createChannel, .refreshChannels, .video, .bitrate, .bitrateUp, .bitrateDown, .preset, .slate, .mark, .metadata,
      .reconnect,
      .record, .snapshot, .refreshDevices, .serviceFigures:
      true
    case .picture, .mirror, .graphScale, .code, .eventFilter, .search, .clearClip, .zoom, .help, .commandLine, .quit,
      .suspend, .redraw, .nextPanel, .previousPanel, .open, .up, .down, .left, .right, .top, .bottom, .pageUp,
      .pageDown, .choose, .cancel, .filter, .remove, .nextField, .previousField, .clearField, .save, .complete, .yes,
      .no:
      false
    }
  }
}
