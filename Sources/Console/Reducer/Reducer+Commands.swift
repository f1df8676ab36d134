internal import Interface

extension Reducer {
  /// Does what a command says, or says why not.
  mutating func run(_ command: Command) -> [ConsoleEffect] {
    if let reason = command.disabledReason(in: state) {
      say(reason, isRefusal: true)
      // What is typed now was meant for what did not open.
      if command.opensText { pauseTyping(for: TypingPause.afterRefusal) }
      return []
    }
    let status = state.status
    switch command {
    case .goLive: return askToGoLive()
    case .stop: return askToStop()
    case .mute: return send(.mute(!status.audio.isMuted))
    case .gain: state.dialogs.append(.commandLine(CommandLine(input: TextInput("gain "))))
    case .gainUp: return gain(by: 1)
    case .gainDown: return gain(by: -1)
    case .camera: return open(.camera)
    case .microphone: return open(.microphone)
    case .inputs: return open(.inputs)
    case .channel: return open(.channel)
    case .newChannel: return openForm(ChannelForm())
    case .createChannel: state.dialogs.append(.creation(CreationForm()))
    case .refreshChannels: return send(.refreshChannels, saying: "the account's channels are listed")
    case .video: return open(.video)
    case .bitrate: return open(.bitrate)
    case .bitrateUp: return stepBitrate(up: true)
    case .bitrateDown: return stepBitrate(up: false)
    case .adaptiveBitrate: return send(.adaptiveBitrate(!status.rate.isAdaptive))
    case .minimumBitrate, .delayLimit:
      state.dialogs.append(.commandLine(CommandLine(input: TextInput("\(command.rawValue) "))))
    case .preset: return open(.preset)
    case .slate: return slate(!status.video.isSlate)
    case .mark: state.dialogs.append(.remark(TextInput()))
    case .metadata: state.dialogs.append(.metadata(MetadataInput()))
    case .serviceFigures: return showFigures(!state.hasFigures)
    case .reconnect: return send(.reconnect, saying: "trying the connection again")
    case .record: return send(.record(!state.isRecording))
    case .snapshot: return send(.snapshot)
    case .refreshDevices: return send(.refreshDevices, saying: "looking for devices")
    case .reload: return send(.reload)
    case .log: return openLog()
    case .places: state.dialogs.append(.places)
    case .keys: return open(.keys)
    case .picture: state.settings.isPictureOn.toggle()
    case .mirror: state.settings.isMirrored.toggle()
    case .graphScale: state.settings.graphScale = state.settings.graphScale.next
    case .code: return showCode()
    case .eventFilter: return open(.eventFilter)
    case .search: state.dialogs.append(.eventSearch(TextInput(state.events.search)))
    case .clearClip: state.levels.acknowledge()
    case .zoom: state.isZoomed.toggle()
    case .help: state.dialogs.append(.help(Help()))
    case .commandLine: state.dialogs.append(.commandLine(CommandLine()))
    case .quit: return askToQuit()
    case .suspend: return suspend()
    case .redraw: return [.redraw]
    case .open: return run(state.focus.command)
    case .nextPanel, .previousPanel, .up, .down, .left, .right, .top, .bottom, .pageUp, .pageDown: move(command)
    case .choose, .cancel, .filter, .remove, .editChannel, .nextField, .previousField, .clearField, .save, .complete,
      .yes, .no:
      break
    }
    return []
  }

  /// Shows the slate, or the picture again; the slate hides nobody's voice.
  mutating func slate(_ isOn: Bool) -> [ConsoleEffect] {
    guard isOn, state.status.isHeard else { return send(.slate(isOn)) }
    let mute = state.keymap.keyName(.mute)
    return send(.slate(true), saying: "the slate is on, the microphone is still heard; \(mute) mutes")
  }

  mutating func gain(by decibels: Double) -> [ConsoleEffect] {
    let wanted = Intent.nearest(decibels: state.status.audio.gainDecibels + decibels)
    // The next step counts from here, also when it comes before the next status.
    if !state.settings.isReadOnly { state.status.audio.gainDecibels = wanted }
    return send(.gain(decibels: wanted), saying: "gain \(Figures.gain(wanted))")
  }

  /// Asks for what CloudWatch has of the stream, or no longer; nobody shall pay for it without knowing.
  mutating func showFigures(_ isOn: Bool) -> [ConsoleEffect] {
    let effects = send(
      .serviceFigures(isOn), saying: isOn ? "CloudWatch is asked, and AWS bills for it" : "CloudWatch is not asked")
    if !effects.isEmpty { state.figuresRequest = isOn }
    return effects
  }

  private mutating func stepBitrate(up: Bool) -> [ConsoleEffect] {
    let kilobits = VideoMenu.step(state.status.choice.videoKilobits, up: up)
    if !state.settings.isReadOnly { state.status.choice.videoKilobits = kilobits }
    return send(.videoBitrate(kilobits: kilobits), saying: "video bitrate: \(Figures.bitrate(kilobits))")
  }

  private mutating func showCode() -> [ConsoleEffect] {
    guard let url = state.status.playbackURL else { return [] }
    state.code = nil
    state.dialogs.append(.code(url: url))
    return [.showQR(url)]
  }
}

extension Panel {
  /// What Enter opens.
  var command: Command {
    switch self {
    case .picture: .camera
    case .levels: .microphone
    case .bitrate: .bitrate
    case .health, .service: .zoom
    case .channel: .channel
    case .events: .log
    }
  }
}
