internal import Broadcast

extension Menu {
  /// All entries, in their order, as things are now.
  func allEntries(in state: ConsoleState) -> [MenuEntry] {
    let status = state.status
    switch kind {
    case .camera:
      return Self.devices(
        status.offers.cameras, chosen: status.choice.camera, state: status.video.sourceState, word: "camera")
    case .microphone:
      return Self.devices(
        status.offers.microphones, chosen: status.choice.microphone, state: status.audio.sourceState,
        word: "microphone")
    case .channel: return Self.channels(status)
    case .video: return VideoMenu.modes(status)
    case .bitrate: return VideoMenu.bitrates(status)
    case .preset: return VideoMenu.presets(status)
    case .eventFilter:
      return BroadcastEvent.Severity.allCases.map {
        MenuEntry(
          identifier: $0.rawValue, title: $0.rawValue, detail: "\($0.rawValue) and worse",
          isChosen: $0 == state.settings.eventSeverity)
      }
    case .goLive:
      return [
        MenuEntry(
          identifier: "go-live", title: "Go live", detail: "on \(status.choice.channel)",
          explanation: "The broadcast begins; e ends it.", isChosen: true),
        MenuEntry(
          identifier: "later", title: "Look around first", explanation: "Nothing is sent; b goes live later."),
      ]
    }
  }

  /// The entries that the filter lets through.
  func entries(in state: ConsoleState) -> [MenuEntry] {
    allEntries(in: state).filter { entry in
      [entry.title, entry.detail, entry.identifier].contains { contains($0, filter.text) }
    }
  }

  /// Where the cursor is among these entries: on the chosen one until it is moved.
  func index(in entries: [MenuEntry]) -> Int? {
    guard !entries.isEmpty else { return nil }
    if let selection, let index = entries.firstIndex(where: { $0.identifier == selection }) { return index }
    return entries.firstIndex(where: \.isChosen) ?? 0
  }

  var title: String {
    switch kind {
    case .camera: "Camera"
    case .microphone: "Microphone"
    case .channel: "Channel"
    case .video: "Picture size and rate"
    case .bitrate: "Video bitrate"
    case .preset: "Encoder preset"
    case .eventFilter: "Events to show"
    case .goLive: "Go live"
    }
  }

  private static func devices(
    _ offers: [Offers.Device], chosen: String, state: BroadcastStatus.SourceState, word: String
  ) -> [MenuEntry] {
    var entries = [
      MenuEntry(
        identifier: "auto", title: "auto", detail: "the first \(word) found",
        explanation: "Takes the first \(word) that works, and the test source where there is none.",
        isChosen: chosen == "auto")
    ]
    entries += offers.map { offer in
      MenuEntry(
        identifier: offer.specification, title: offer.name, detail: offer.detail,
        explanation: offer.modes.isEmpty ? offer.specification : "Modes: \(offer.modes.joined(separator: ", "))",
        isChosen: offer.specification == chosen)
    }
    guard !entries.contains(where: \.isChosen), !chosen.isEmpty else { return entries }
    if state == .lost {
      entries.append(
        MenuEntry(
          identifier: chosen, title: chosen, detail: "not connected",
          explanation: "It was chosen and is used again once it is back.", isChosen: true,
          refusal: "\(chosen) is not connected"))
    } else {
      // A file, another name of a device in the list, or a device that is still looked for.
      entries.append(
        MenuEntry(
          identifier: chosen, title: chosen, detail: state == .running ? "in use" : "opening", isChosen: true))
    }
    return entries
  }

  private static func channels(_ status: BroadcastStatus) -> [MenuEntry] {
    var entries = status.offers.channels.map { channel in
      let isReady = channel.hasKey || channel.name == "local"
      return MenuEntry(
        identifier: channel.name, title: channel.name,
        detail: "\(channel.kind)\(channel.detail.isEmpty ? "" : ", \(channel.detail)")\(isReady ? "" : ", no key")",
        explanation: isReady
          ? channel.detail : "Its \(channel.kind == "proxy" ? "token" : "stream key") is not here; Enter asks for it.",
        isChosen: channel.name == status.choice.channel)
    }
    if !entries.contains(where: { $0.identifier == "local" }) {
      entries.insert(
        MenuEntry(
          identifier: "local", title: "local", detail: "this machine: recording and playback",
          isChosen: status.choice.channel == "local"), at: 0)
    }
    entries.append(
      MenuEntry(
        identifier: newChannel, title: "New channel…", detail: "ingest URL and stream key",
        explanation: "Any RTMP or RTMPS ingest; kept as a profile."))
    return entries
  }

  /// The entry that opens the form; no profile can have this name.
  static let newChannel = "+"
}
