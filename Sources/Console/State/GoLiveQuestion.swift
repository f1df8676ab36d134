internal import Interface

extension Confirmation {
  /// Asks whether to go live, with what goes where; a yes is expected.
  static func goLive(takesOver: Bool, in state: ConsoleState) -> Confirmation {
    let status = state.status
    let choice = status.choice
    let host = ChannelPanel.ingestHost(status)
    let isNamed = host != state.channelName && !state.channelName.contains(host)
    let camera = source(status.video.source, choice.camera, status.video.sourceState)
    let microphone = source(status.audio.source, choice.microphone, status.audio.sourceState)
    let others = state.others.map { Fact(name: "Elsewhere", value: "process \($0.process) is live on \($0.channel)") }
    return Confirmation(
      action: .goLive(takesOver: takesOver), question: takesOver ? "Go live and take over?" : "Go live?",
      facts: [
        Fact(name: "Channel", value: isNamed ? "\(state.channelName), \(host)" : state.channelName),
        Fact(name: "Camera", value: status.video.isSlate ? "slate, not \(camera)" : camera),
        Fact(name: "Microphone", value: status.audio.isMuted ? "muted, \(microphone)" : microphone),
        Fact(name: "Video", value: "\(choice.video), \(Figures.bitrate(choice.videoKilobits))"),
      ] + others,
      consequence: takesOver
        ? "Whoever sends to it now is cut off." : "Viewers see it at once; \(state.keymap.keyName(.stop)) ends it.",
      isYesSelected: true)
  }

  /// A source as it is now, or as it was asked for where nothing is known of it.
  private static func source(_ name: String, _ choice: String, _ state: BroadcastStatus.SourceState) -> String {
    let shown = name.isEmpty ? choice : name
    switch state {
    case .lost: return "lost: \(shown)"
    case .waiting: return "not yet: \(shown)"
    case .opening, .running: return shown
    }
  }
}
