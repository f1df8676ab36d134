internal import Interface

extension Reducer {
  /// Asks before anything goes on air: a single key, which may be a slip, puts no camera there.
  mutating func askToGoLive(takesOver: Bool = false) -> [ConsoleEffect] {
    state.dialogs.append(.confirmation(.goLive(takesOver: takesOver, in: state)))
    return []
  }

  mutating func askToStop() -> [ConsoleEffect] {
    state.dialogs.append(
      .confirmation(
        Confirmation(
          action: .stop, question: "Stop the broadcast?",
          consequence: "Viewers of \(state.channelName) see it end. The preview goes on.")))
    return []
  }

  mutating func askToQuit() -> [ConsoleEffect] {
    guard state.isOnAir, state.settings.endsBroadcastOnQuit else { return [.quit] }
    let recording = state.isRecording ? "; the recording is completed" : ""
    state.dialogs.append(
      .confirmation(
        Confirmation(
          action: .quit, question: "Quit while live?",
          consequence: "The broadcast on \(state.channelName) ends with the program\(recording).")))
    return []
  }

  /// Asks before what was typed into a form is lost.
  mutating func askToDiscard() -> [ConsoleEffect] {
    state.dialogs.append(
      .confirmation(
        Confirmation(
          action: .discard, question: "Discard what was typed?", consequence: "Nothing of this form is saved.")))
    return []
  }

  /// Keeps the question about going live as true as the last status; there is none once something is on air.
  mutating func refreshQuestion() {
    guard case .confirmation(let asked) = state.dialogs.last, case .goLive(let takesOver) = asked.action else { return }
    if state.isOnAir {
      closeTop()
      pauseTyping(for: TypingPause.afterDialog)
      return
    }
    var question = Confirmation.goLive(takesOver: takesOver, in: state)
    question.isYesSelected = asked.isYesSelected
    replaceTop(.confirmation(question))
  }

  mutating func press(_ command: Command?, in confirmation: Confirmation) -> [ConsoleEffect] {
    var confirmation = confirmation
    switch command {
    case .left, .right:
      confirmation.isYesSelected.toggle()
      replaceTop(.confirmation(confirmation))
      return []
    case .yes: return answer(confirmation, isYes: true)
    case .choose: return answer(confirmation, isYes: confirmation.isYesSelected)
    case .no, .cancel: return answer(confirmation, isYes: false)
    default: return []
    }
  }

  /// Does what was asked about, or not.
  mutating func answer(_ confirmation: Confirmation, isYes: Bool) -> [ConsoleEffect] {
    closeTop()
    guard isYes else { return [] }
    switch confirmation.action {
    case .stop: return send(.stop)
    case .quit: return [.quit]
    case .goLive(let takesOver): return goLive(takesOver: takesOver)
    case .discard:
      closeTop()
      return []
    case .remove(let channel): return send(.removeChannel(channel), saying: "channel \(channel) removed")
    }
  }

  private mutating func goLive(takesOver: Bool) -> [ConsoleEffect] {
    if let reason = Command.goLive.disabledReason(in: state) {
      say(reason, isRefusal: true)
      return []
    }
    return takesOver
      ? send(.takeOver, saying: "taking over what is live on \(state.channelName)")
      : send(.goLive, saying: "going live on \(state.channelName)")
  }
}
