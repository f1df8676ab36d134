internal import Interface

extension Reducer {
  mutating func openForm(_ form: ChannelForm) -> [ConsoleEffect] {
    state.dialogs.append(.form(form))
    return []
  }

  mutating func press(_ key: Key, _ command: Command?, in form: ChannelForm) -> [ConsoleEffect] {
    var form = form
    switch command {
    case .cancel where form.hasText && !form.submission.isWaiting: return askToDiscard()
    case .cancel:
      closeTop()
      return []
    case _ where form.submission.isWaiting: break
    case .save: return save(form)
    case .choose where form.focus == ChannelForm.Field.allCases.last: return save(form)
    case .choose, .nextField: form.move(by: 1)
    case .previousField: form.move(by: -1)
    default: _ = form.type(key)
    }
    replaceTop(.form(form))
    return []
  }

  mutating func press(_ key: Key, _ command: Command?, in form: CreationForm) -> [ConsoleEffect] {
    var form = form
    switch command {
    case .cancel where !form.name.isEmpty && !form.submission.isWaiting: return askToDiscard()
    case .cancel:
      closeTop()
      return []
    case _ where form.submission.isWaiting: break
    case .save: return create(form)
    case .choose where form.focus == CreationForm.Field.allCases.last: return create(form)
    case .choose, .nextField: form.move(by: 1)
    case .previousField: form.move(by: -1)
    default: form.type(key)
    }
    replaceTop(.creation(form))
    return []
  }

  /// Asks for the channel if its name can be one; otherwise goes to the name.
  private mutating func create(_ form: CreationForm) -> [ConsoleEffect] {
    guard form.channel.problem == nil else {
      var form = form
      form.focus = .name
      replaceTop(.creation(form))
      return []
    }
    return submit(
      .createChannel(form.channel),
      saying: "channel \(form.channel.name) \(state.isOnAir ? "created" : "created and selected")")
  }

  /// Sends the profile if it is right; otherwise goes to what is wrong.
  private mutating func save(_ form: ChannelForm) -> [ConsoleEffect] {
    if let field = form.invalidField {
      var form = form
      form.isSubmitted = true
      form.focus = field
      replaceTop(.form(form))
      return []
    }
    let name = form.profile.name
    if form.edited == nil, form.replaces != name, state.status.offers.channels.contains(where: { $0.name == name }) {
      var form = form
      form.replaces = name
      form.notice = "'\(name)' is saved already; \(state.keymap.keyName(.save)) again replaces it"
      replaceTop(.form(form))
      return []
    }
    // What is on air stays what it is.
    return submit(
      .saveChannel(form.profile),
      saying: "channel \(form.profile.name) \(state.isOnAir ? "saved" : "saved and selected")")
  }
}
