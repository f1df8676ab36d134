internal import Interface

extension Reducer {
  mutating func open(_ kind: Menu.Kind) -> [ConsoleEffect] {
    state.dialogs.append(.menu(Menu(kind)))
    return []
  }

  mutating func press(_ key: Key, _ command: Command?, in menu: Menu) -> [ConsoleEffect] {
    var menu = menu
    switch command {
    case .cancel where !menu.isSearching:
      closeTop()
      return []
    case .help, .refreshChannels: return command.map { run($0) } ?? []
    case .choose: return choose(in: menu)
    case .remove where menu.kind == .channel: return askToRemove(in: menu)
    case .editChannel where menu.kind == .channel: return edit(in: menu)
    default:
      move(&menu, key, command)
      replaceTop(.menu(menu))
      return []
    }
  }

  /// Moves the cursor, or types into the filter.
  func move(_ menu: inout Menu, _ key: Key, _ command: Command?) {
    let entries = menu.list(in: state)
    let last = entries.count - 1
    var index = menu.index(in: entries) ?? 0
    switch command {
    case .up: index -= 1
    case .down: index += 1
    case .pageUp: index -= pageRows(menu)
    case .pageDown: index += pageRows(menu)
    case .top: index = 0
    case .bottom: index = last
    case .filter: menu.isFiltering = true
    case .cancel:
      menu.isFiltering = false
      menu.filter = TextInput()
    default:
      guard menu.isFiltering || menu.findsAsTyped else { return }
      // Elsewhere a slash begins the search; who types it here out of habit means no more.
      if menu.filter.isEmpty, !menu.isFiltering, key == .character("/") { return }
      if menu.filter.handle(key) { menu.selection = nil }
      return
    }
    if last >= 0 { menu.selection = entries[max(0, min(index, last))].identifier }
  }

  /// How far a page goes: a row of the page before stays in sight.
  private func pageRows(_ menu: Menu) -> Int { max(1, MenuLayout(menu, in: state, body: body).list.rows - 1) }

  /// Takes the entry under the cursor.
  mutating func choose(in menu: Menu) -> [ConsoleEffect] {
    let entries = menu.list(in: state)
    guard let index = menu.index(in: entries) else {
      say("nothing matches; Esc clears the filter", isRefusal: true)
      return []
    }
    if let refusal = entries[index].refusal {
      say(refusal, isRefusal: true)
      return []
    }
    // The list of keys stays: most who change one change more.
    if menu.kind != .keys { closeTop() }
    return apply(entries[index], of: menu.kind)
  }

  /// Makes an entry the choice.
  mutating func apply(_ entry: MenuEntry, of kind: Menu.Kind) -> [ConsoleEffect] {
    switch kind {
    case .camera: return send(.camera(entry.identifier), saying: "camera: \(entry.title)")
    case .microphone: return send(.microphone(entry.identifier), saying: "microphone: \(entry.title)")
    case .inputs: return send(.microphoneInputs(entry.identifier), saying: "inputs: \(entry.title)")
    case .channel: return chooseChannel(entry)
    case .video: return choose(video: entry)
    case .bitrate:
      guard let kilobits = Int(entry.identifier) else { return [] }
      return send(.videoBitrate(kilobits: kilobits), saying: "video bitrate: \(Figures.bitrate(kilobits))")
    case .preset: return send(.videoPreset(entry.identifier), saying: "preset: \(entry.title)")
    case .eventFilter:
      if let severity = BroadcastEvent.Severity(rawValue: entry.identifier) {
        state.settings.eventSeverity = severity
        state.events.offset = 0
      }
      return readLogAnew()
    case .keys: return askForKey(of: entry)
    case .goLive: return entry.identifier == "go-live" ? send(.goLive) : []
    }
  }

  private mutating func chooseChannel(_ entry: MenuEntry) -> [ConsoleEffect] {
    let name = entry.identifier
    if name == ChannelMenu.newChannel { return openForm(ChannelForm()) }
    if name == ChannelMenu.createChannel { return run(.createChannel) }
    let offer = state.status.offers.channels.first { $0.name == name }
    // The key of an account's channel is the account's to give.
    if let offer, !offer.hasKey, offer.arn == nil, name != "local" {
      let ingest = offer.detail.contains("://") ? offer.detail : ""
      return openForm(ChannelForm(name: name, ingest: ingest))
    }
    return send(.channel(name), saying: "channel: \(entry.title)")
  }

  /// Opens the form with what is saved of a channel, without its key.
  private mutating func edit(in menu: Menu) -> [ConsoleEffect] {
    let entries = menu.list(in: state)
    guard let index = menu.index(in: entries), ChannelMenu.isSaved(entries[index].identifier, state.status),
      let channel = state.status.offers.channels.first(where: { $0.name == entries[index].identifier })
    else {
      say("only saved channels can be changed", isRefusal: true)
      return []
    }
    closeTop()
    return openForm(ChannelForm(editing: channel))
  }

  private mutating func askToRemove(in menu: Menu) -> [ConsoleEffect] {
    let entries = menu.list(in: state)
    guard let index = menu.index(in: entries) else { return [] }
    let name = entries[index].identifier
    if !ChannelMenu.isSaved(name, state.status) {
      say("only saved channels can be removed", isRefusal: true)
      return []
    }
    if name == state.status.choice.channel, state.isOnAir {
      say("\(name) is live; stop first", isRefusal: true)
      return []
    }
    state.dialogs.append(
      .confirmation(
        Confirmation(
          action: .remove(channel: name), question: "Remove \(name)?",
          consequence: "Its addresses and its stream key are removed from the settings.")))
    return []
  }

  mutating func press(_ key: Key, _ command: Command?, in setup: Setup) -> [ConsoleEffect] {
    var setup = setup
    switch command {
    case .cancel where !setup.menu.isSearching:
      if setup.step == 0 {
        closeTop()
        say("set-up left; \(state.keymap.keyName(.goLive)) goes live, \(state.keymap.keyName(.help)) shows the keys")
        return []
      }
      setup.show(setup.step - 1)
    case .help, .refreshChannels: return command.map { run($0) } ?? []
    case .choose: return choose(in: setup)
    default: move(&setup.menu, key, command)
    }
    replaceTop(.setup(setup))
    return []
  }

  /// Takes the entry of a step and goes on to the next one.
  mutating func choose(in setup: Setup) -> [ConsoleEffect] {
    var setup = setup
    let entries = setup.menu.list(in: state)
    guard let index = setup.menu.index(in: entries) else {
      say("nothing matches; Esc clears the filter", isRefusal: true)
      return []
    }
    let entry = entries[index]
    if let refusal = entry.refusal {
      say(refusal, isRefusal: true)
      return []
    }
    if setup.menu.kind == .goLive {
      closeTop()
      return apply(entry, of: .goLive)
    }
    let kind = setup.menu.kind
    // A size that is typed is an answer to this step once it is right.
    if kind == .video, entry.identifier == VideoMenu.other { return apply(entry, of: kind) }
    setup.show(setup.step + 1)
    replaceTop(.setup(setup.suggesting(state.status)))
    // What is chosen already need not be chosen again: a camera would be opened anew.
    return entry.isChosen ? [] : apply(entry, of: kind)
  }
}
