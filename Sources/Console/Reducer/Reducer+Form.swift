internal import Broadcast

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
