internal import Interface

extension Reducer {
  mutating func openForm(_ form: ChannelForm) -> [ConsoleEffect] {
    state.dialogs.append(.form(form))
    return []
  }

  mutating func press(_ key: Key, _ command: Command?, in form: ChannelForm) -> [ConsoleEffect] {
    var form = form
    switch command {
    case .cancel:
      closeTop()
      return []
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
    case .cancel:
      closeTop()
      return []
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
    guard let channel = form.channel else {
      var form = form
      form.focus = .name
      replaceTop(.creation(form))
      return []
    }
    closeTop()
    return send(.createChannel(channel), saying: "asking for channel \(channel.name)")
  }

  /// Sends the profile if it is right, and forgets the key; otherwise goes to what is wrong.
  private mutating func save(_ form: ChannelForm) -> [ConsoleEffect] {
    switch form.profile() {
    case .success(let profile):
      closeTop()
      return send(.saveChannel(profile), saying: "channel \(profile.name) is saved and chosen")
    case .failure(let invalid):
      var form = form
      form.isSubmitted = true
      form.focus = invalid.field
      replaceTop(.form(form))
      return []
    }
  }
}
