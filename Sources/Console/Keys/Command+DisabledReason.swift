internal import Interface

extension Command {
  /// Why this cannot be done now, in a few words; `nil` if it can.
  func disabledReason(in state: ConsoleState) -> String? {
    if changesBroadcast, state.settings.isReadOnly { return "read-only: this console can't change anything" }
    let status = state.status
    switch self {
    case .goLive:
      if state.isOnAir { return "already live; \(state.keymap.keyName(.stop)) stops" }
      return status.phase == .stopping ? "the broadcast before is still ending" : nil
    case .stop, .reconnect: return state.isOnAir ? nil : "not live"
    case .createChannel where status.offers.account.state == .none: return ChannelMenu.noAccount
    case .channel, .video, .preset:
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
    case .bitrateUp, .bitrateDown, .gainUp, .gainDown: return limit(status)
    case .mute, .gain, .camera, .microphone, .inputs, .bitrate, .adaptiveBitrate, .minimumBitrate, .delayLimit, .slate,
      .record, .snapshot, .refreshDevices, .reload,
      .refreshChannels, .newChannel, .createChannel, .mark, .log, .places, .keys,
      .picture, .graphScale, .eventFilter, .search, .zoom, .help, .commandLine, .quit, .redraw, .nextPanel,
      .previousPanel, .open,
      .up, .down, .left, .right, .top, .bottom, .pageUp, .pageDown, .choose, .cancel, .filter, .remove, .editChannel,
      .nextField,
      .previousField, .clearField, .save, .complete, .yes, .no:
      return nil
    }
  }

  /// What holds a step up or down: the end of what can be asked for.
  private func limit(_ status: BroadcastStatus) -> String? {
    let (kilobits, decibels) = (Intent.videoKilobits, Intent.gainDecibels)
    return switch self {
    case .bitrateUp where status.choice.videoKilobits >= kilobits.upperBound:
      "\(kilobits.upperBound) kbit/s is the most"
    case .bitrateDown where status.choice.videoKilobits <= kilobits.lowerBound:
      "\(kilobits.lowerBound) kbit/s is the least"
    case .gainUp where status.audio.gainDecibels >= decibels.upperBound:
      "+\(Int(decibels.upperBound)) dB is the most"
    case .gainDown where status.audio.gainDecibels <= decibels.lowerBound:
      "\(Int(decibels.lowerBound)) dB is the least"
    default: nil
    }
  }

  /// Why nothing can be asked of the service.
  private static let noService = "IVS is not asked here: it takes a channel of the AWS account"

  /// Whether it opens something to type in.
  var opensText: Bool {
    switch self {
    case .channel, .newChannel, .createChannel, .mark, .metadata, .search, .gain, .minimumBitrate, .delayLimit,
      .commandLine:
      true
    default: false
    }
  }

  /// Whether it asks something of the broadcaster, and not of the console alone.
  var changesBroadcast: Bool {
    switch self {
    case .goLive, .stop, .mute, .gain, .gainUp, .gainDown, .camera, .microphone, .inputs, .channel, .newChannel,
      .createChannel, .refreshChannels, .video, .bitrate, .bitrateUp, .bitrateDown, .adaptiveBitrate, .minimumBitrate,
      .delayLimit,
      .preset, .slate, .mark, .metadata,
      .reconnect,
      .record, .snapshot, .refreshDevices, .serviceFigures, .reload:
      true
    case .log, .places, .keys, .picture, .mirror, .graphScale, .code, .eventFilter, .search, .clearClip, .zoom, .help,
      .commandLine, .quit,
      .suspend, .redraw, .nextPanel, .previousPanel, .open, .up, .down, .left, .right, .top, .bottom, .pageUp,
      .pageDown, .choose, .cancel, .filter, .remove, .editChannel, .nextField, .previousField, .clearField, .save,
      .complete, .yes,
      .no:
      false
    }
  }
}
