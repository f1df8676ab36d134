internal import Interface

extension Reducer {
  mutating func press(_ key: Key, _ command: Command?, in line: CommandLine) -> [ConsoleEffect] {
    var line = line
    switch command {
    case .cancel:
      closeTop()
      return []
    case .choose:
      closeTop()
      return execute(line.input.text)
    case .complete: complete(&line)
    case .up: recall(&line, by: 1)
    case .down: recall(&line, by: -1)
    default:
      if key == .backspace, line.input.isEmpty {
        closeTop()
        return []
      }
      if line.input.handle(key) { line.completion = nil }
    }
    replaceTop(.commandLine(line))
    return []
  }

  /// What the text could go on as.
  func completions(of text: String) -> [String] {
    let words = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let first = words.first ?? ""
    guard words.count > 1 else {
      return KeymapEntry.table.filter(\.hasName).map(\.command.rawValue).filter { $0.hasPrefix(first.lowercased()) }
    }
    guard let entry = KeymapEntry.table.first(where: { $0.hasName && $0.command.rawValue == first }) else { return [] }
    return arguments(entry.argument).filter { $0.lowercased().hasPrefix(words[1].lowercased()) }.map {
      "\(first) \($0)"
    }
  }

  private func arguments(_ argument: CommandArgument) -> [String] {
    switch argument {
    case .none, .text, .decibels: []
    case .onOff: ["on", "off"]
    case .word(let word): [word]
    case .entry(let kind): Menu(kind).names(in: state)
    }
  }

  private func complete(_ line: inout CommandLine) {
    let typed = line.completion?.typed ?? line.input.text
    let found = completions(of: typed)
    guard !found.isEmpty else { return }
    let step = line.completion.map { $0.step + 1 } ?? 0
    line.completion = CommandLine.Completion(typed: typed, step: step)
    line.input = TextInput(found[step % found.count])
  }

  private func recall(_ line: inout CommandLine, by step: Int) {
    let history = state.commandHistory
    line.historyStep = max(0, min(history.count, line.historyStep + step))
    line.input = TextInput(line.historyStep == 0 ? "" : history[history.count - line.historyStep])
    line.completion = nil
  }

  /// Does what was typed after `:`.
  mutating func execute(_ text: String) -> [ConsoleEffect] {
    let words = text.split(separator: " ", maxSplits: 1).map(String.init)
    guard let name = words.first else { return [] }
    if state.commandHistory.last != text { state.commandHistory = (state.commandHistory + [text]).suffix(50) }
    let known = KeymapEntry.table.filter(\.hasName)
    guard let entry = known.first(where: { $0.command.rawValue == name }) ?? only(known, beginningWith: name) else {
      let meant = suggestion(for: name, among: known.map(\.command.rawValue)).map { "; meant :\($0)?" } ?? ""
      say("no command \"\(name)\"\(meant)", isRefusal: true)
      return []
    }
    guard words.count > 1 else { return run(entry.command) }
    if let reason = entry.command.disabledReason(in: state), entry.argument != .decibels {
      say(reason, isRefusal: true)
      return []
    }
    return run(entry, words[1])
  }

  private func only(_ known: [KeymapEntry], beginningWith text: String) -> KeymapEntry? {
    let found = known.filter { $0.command.rawValue.hasPrefix(text) }
    return found.count == 1 ? found.first : nil
  }

  private mutating func run(_ entry: KeymapEntry, _ text: String) -> [ConsoleEffect] {
    switch entry.argument {
    case .none:
      say(":\(entry.command.rawValue) takes nothing more", isRefusal: true)
      return []
    case .text:
      if entry.command == .mark { return send(.mark(text), saying: "marked") }
      if entry.command == .metadata { return put(text) }
      state.events.search = text
      state.events.offset = 0
      return []
    case .decibels:
      guard let decibels = Double(text), decibels.isFinite else {
        say("\"\(text)\" is no number of decibels", isRefusal: true)
        return []
      }
      return gain(by: entry.command == .gainDown ? -abs(decibels) : decibels)
    case .onOff: return run(entry.command, isOn: text)
    case .word(let word):
      guard text == word else {
        say(":\(entry.command.rawValue) takes \(word) or nothing", isRefusal: true)
        return []
      }
      return askToGoLive(takesOver: true)
    case .entry(let kind): return run(kind, text)
    }
  }

  private mutating func run(_ command: Command, isOn text: String) -> [ConsoleEffect] {
    guard text == "on" || text == "off" else {
      say(":\(command.rawValue) takes on or off", isRefusal: true)
      return []
    }
    let isOn = text == "on"
    switch command {
    case .mute: return send(.mute(isOn))
    case .slate: return send(.slate(isOn))
    case .record: return send(.record(isOn))
    case .serviceFigures: return showFigures(isOn)
    default:
      state.settings.isPictureOn = isOn
      return []
    }
  }

  private mutating func run(_ kind: Menu.Kind, _ text: String) -> [ConsoleEffect] {
    let list = Menu(kind).whole(in: state)
    let position = list.position(of: text) ?? list.indices.first { list[$0].title.lowercased() == text.lowercased() }
    let found = position.map { list[$0] }
    if let found {
      guard let refusal = found.refusal else { return apply(found, of: kind) }
      say(refusal, isRefusal: true)
      return []
    }
    // Bitrates need not be in the menu.
    if kind == .bitrate, let kilobits = Int(text), Intent.videoKilobits.contains(kilobits) {
      return apply(MenuEntry(identifier: text, title: text), of: kind)
    }
    // Nor every source and geometry: what has the form of one is judged by the broadcaster.
    let isSpecification =
      switch kind {
      case .camera, .microphone: text.contains(":") || text.hasPrefix("/")
      case .inputs: InputMenu.isChoice(text)
      case .video: text.contains("x")
      case .channel: text.hasPrefix("arn:")
      case .bitrate, .preset, .eventFilter, .goLive: false
      }
    if isSpecification { return apply(MenuEntry(identifier: text, title: text), of: kind) }
    let hint = kind == .bitrate ? "\(Intent.videoKilobitsRange) kbit/s" : "Tab shows what there is"
    say("no such \(kind.rawValue): \"\(text)\"; \(hint)", isRefusal: true)
    return []
  }
}
