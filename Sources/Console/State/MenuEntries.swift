internal import Interface

extension Menu {
  /// The entries that the filter lets through, as things are now.
  func list(in state: ConsoleState) -> MenuList { list(in: state, filter: filter.text) }

  /// All entries in their order.
  func whole(in state: ConsoleState) -> MenuList { list(in: state, filter: "") }

  private func list(in state: ConsoleState, filter: String) -> MenuList {
    let isChannel = kind == .channel
    return MenuList(
      fixedEntries(in: state), actions: isChannel ? ChannelMenu.actions(state.status) : [],
      index: isChannel ? state.accountIndex : ChannelIndex(), chosen: state.status.choice.channel, filter: filter)
  }

  /// What is listed whatever the account has, without what is done rather than chosen.
  func fixedEntries(in state: ConsoleState) -> [MenuEntry] {
    let status = state.status
    switch kind {
    case .camera:
      return Self.devices(
        status.offers.cameras, chosen: status.choice.camera, state: status.video.sourceState, word: "camera")
    case .microphone:
      return Self.devices(
        status.offers.microphones, chosen: status.choice.microphone, state: status.audio.sourceState,
        word: "microphone")
    case .inputs: return InputMenu.entries(status)
    case .channel: return ChannelMenu.saved(status, recordKey: state.keymap.keyName(.record))
    case .video: return VideoMenu.modes(status, bitrateKey: state.keymap.keyName(.bitrate))
    case .bitrate: return VideoMenu.bitrates(status)
    case .preset: return VideoMenu.presets(status)
    case .eventFilter:
      return BroadcastEvent.Severity.allCases.map {
        MenuEntry(
          identifier: $0.rawValue, title: $0.rawValue,
          detail: $0 == .error ? "errors only" : "\($0.rawValue) and worse",
          isChosen: $0 == state.settings.eventSeverity)
      }
    case .keys: return KeyMenu.entries(state.keymap)
    case .goLive:
      return [
        MenuEntry(
          identifier: "go-live", title: "Go live", detail: "on \(state.channelName)",
          explanation: "The broadcast begins; e ends it.", isChosen: true),
        MenuEntry(
          identifier: "later", title: "Look around first", explanation: "Nothing is sent; b goes live later."),
      ]
    }
  }

  /// Where the cursor is among these entries: on the chosen one until it is moved.
  func index(in list: MenuList) -> Int? { selection.flatMap { list.position(of: $0) } ?? list.start }

  /// What is said of the whole list, and whether that is trouble.
  func note(in state: ConsoleState) -> (text: String, isTrouble: Bool)? {
    kind == .channel ? ChannelMenu.note(state) : nil
  }

  /// What the command line can say for an entry.
  func names(in state: ConsoleState) -> [String] {
    fixedEntries(in: state).map(\.identifier) + (kind == .channel ? state.accountIndex.channels.map(\.name) : [])
  }

  var title: String {
    switch kind {
    case .camera: "Camera"
    case .microphone: "Microphone"
    case .inputs: "Inputs of the microphone's card"
    case .channel: "Channel"
    case .video: "Picture size and bitrate"
    case .bitrate: "Video bitrate"
    case .preset: "Encoder preset"
    case .eventFilter: "Events to show"
    case .keys: "Keys"
    case .goLive: "Go live"
    }
  }

  private static func devices(
    _ offers: [Offers.Device], chosen: String, state: BroadcastStatus.SourceState, word: String
  ) -> [MenuEntry] {
    var entries = [
      MenuEntry(
        identifier: "auto", title: "auto", detail: "the first \(word) found",
        explanation: "Takes the first \(word) that works, and waits for one where there is none.",
        isChosen: chosen == "auto")
    ]
    entries += offers.map { offer in
      MenuEntry(
        identifier: offer.specification, title: offer.name, detail: offer.detail,
        explanation: offer.modes.isEmpty
          ? "In the settings: \(word): \(offer.specification)" : "Modes: \(offer.modes.joined(separator: ", "))",
        isChosen: offer.specification == chosen)
    }
    guard !entries.contains(where: \.isChosen), !chosen.isEmpty else { return entries }
    if state == .lost || state == .waiting {
      entries.append(
        MenuEntry(
          identifier: chosen, title: chosen, detail: "not connected",
          explanation: "It was chosen and is used once it is there.", isChosen: true,
          refusal: "\(chosen) is not connected"))
    } else {
      // A file, another name of a device in the list, or a device that is still looked for.
      entries.append(
        MenuEntry(
          identifier: chosen, title: chosen, detail: state == .running ? "in use" : "opening", isChosen: true))
    }
    return entries
  }
}
