internal import Interface

extension Reducer {
  /// Stops the whole process, which nobody wants while it is on air.
  mutating func suspend() -> [ConsoleEffect] {
    if let reason = Command.suspend.disabledReason(in: state) {
      say(reason, isRefusal: true)
      return []
    }
    return [.suspend]
  }

  /// Gives a key to whatever has the keys.
  mutating func press(_ key: Key) -> [ConsoleEffect] {
    state.message = nil
    if case .mouse(let action, let position) = key { return mouse(action, at: position) }
    if case .newKey(let new) = state.dialogs.last { return press(key, in: new) }
    let command = state.keymap.command(for: key, in: state.context)
    switch command {
    case .suspend: return suspend()
    case .redraw: return [.redraw]
    case .quit: return quit(by: key)
    default: break
    }
    switch state.dialogs.last {
    case nil: return command.map { run($0) } ?? unknown(key)
    case .menu(let menu): return press(key, command, in: menu)
    case .setup(let setup): return press(key, command, in: setup)
    case .confirmation(let confirmation): return press(command, in: confirmation)
    case .remark(let input): return press(key, command, inRemark: input)
    case .metadata(let metadata): return press(key, command, in: metadata)
    case .video(let video): return press(key, command, in: video)
    case .eventSearch(let input): return press(key, command, inSearch: input)
    case .form(let form): return press(key, command, in: form)
    case .creation(let form): return press(key, command, in: form)
    case .help(let help): return press(key, command, in: help)
    case .commandLine(let line): return press(key, command, in: line)
    case .log(let log): return press(key, command, in: log)
    case .newKey: return []
    case .code, .event, .places:
      closeTop()
      return []
    }
  }

  /// Leaves, after a question where a broadcast would end with it.
  private mutating func quit(by key: Key) -> [ConsoleEffect] {
    if case .confirmation(let confirmation) = state.dialogs.last, confirmation.action == .quit {
      // Who presses Ctrl-C twice means it.
      if key == .control("c") { return [.quit] }
      closeTop()
      return []
    }
    if key != .control("c"), !state.dialogs.isEmpty {
      closeTop()
      return []
    }
    return askToQuit()
  }

  /// A key that is no command on the dashboard; Esc ends what the events are filtered by.
  private mutating func unknown(_ key: Key) -> [ConsoleEffect] {
    if key == .escape, state.isFilteringEvents {
      (state.events, state.settings.eventSeverity) = (EventView(), .info)
      say("all events are shown")
    }
    if case .character = key {
      say("\(KeyText.name(key)) does nothing here; \(state.keymap.keyName(.help)) lists the keys", isRefusal: true)
    }
    return []
  }

  private mutating func press(_ key: Key, _ command: Command?, inRemark input: TextInput) -> [ConsoleEffect] {
    switch command {
    case .cancel:
      closeTop()
      return []
    case .choose:
      closeTop()
      return send(.mark(input.isEmpty ? "mark" : input.text), saying: "marked")
    default:
      var input = input
      if input.handle(key) { replaceTop(.remark(input)) }
      return []
    }
  }

  private mutating func press(_ key: Key, _ command: Command?, in metadata: MetadataInput) -> [ConsoleEffect] {
    var metadata = metadata
    switch command {
    case .cancel: closeTop()
    case _ where metadata.submission.isWaiting: break
    // What is refused stays, to be changed.
    case .choose: return put(metadata.input.text) { $0.submit($1, saying: $2) }
    default:
      guard metadata.input.handle(key) else { break }
      metadata.submission = Submission()
      replaceTop(.metadata(metadata))
    }
    return []
  }

  /// Puts a text into the stream, if IVS takes it.
  mutating func put(
    _ text: String, by send: (inout Reducer, Intent, String) -> [ConsoleEffect] = { $0.send($1, saying: $2) }
  ) -> [ConsoleEffect] {
    // The broadcast may have ended while it was typed.
    if let reason = Command.metadata.disabledReason(in: state) ?? MetadataInput.problem(text) {
      say(reason, isRefusal: true)
      return []
    }
    let count = text.utf8.count
    return send(&self, .metadata(text), "metadata of \(count) byte\(count == 1 ? "" : "s") is sent")
  }

  private mutating func press(_ key: Key, _ command: Command?, inSearch input: TextInput) -> [ConsoleEffect] {
    var input = input
    switch command {
    case .choose: closeTop()
    case .cancel:
      state.events.search = ""
      closeTop()
    default:
      guard input.handle(key) else { return [] }
      replaceTop(.eventSearch(input))
      state.events.search = input.text
      state.events.offset = 0
    }
    return []
  }

  private mutating func press(_ key: Key, _ command: Command?, in help: Help) -> [ConsoleEffect] {
    var help = help
    if help.isFiltering {
      switch command {
      case .choose: help.isFiltering = false
      case .cancel: (help.isFiltering, help.filter) = (false, TextInput())
      case .up: help.offset -= 1
      case .down: help.offset += 1
      default: if help.filter.handle(key) { help.offset = 0 }
      }
    } else {
      let page = DialogLayout.Keys(body: body).list.rows
      switch command {
      case .cancel where !help.filter.isEmpty: help.filter = TextInput()
      case .cancel:
        closeTop()
        return []
      case .filter: help.isFiltering = true
      case .up: help.offset -= 1
      case .down: help.offset += 1
      case .pageUp: help.offset -= page
      case .pageDown: help.offset += page
      case .top: help.offset = 0
      case .bottom: help.offset = .max / 2
      default: break
      }
    }
    let list = DialogLayout.Keys(body: body).list
    let palette = Palette(state.settings.traits)
    let lines = HelpDialog.lines(help, state, palette, columns: list.columns).count
    help.offset = max(0, min(help.offset, lines - list.rows))
    replaceTop(.help(help))
    return []
  }
}
