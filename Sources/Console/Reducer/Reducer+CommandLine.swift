internal import Interface
internal import Media
internal import Settings

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
    return entry.argument.completions(after: entry.command, in: state)
      .filter { $0.lowercased().hasPrefix(words[1].lowercased()) }.map { "\(first) \($0)" }
  }

  private func complete(_ line: inout CommandLine) {
    let typed = line.completion?.typed ?? line.input.text
    let found = completions(of: typed)
    guard !found.isEmpty else { return }
    let step = line.completion.map { $0.step + 1 } ?? 0
    line.completion = CommandLine.Completion(typed: typed, step: step)
    // The only word that is meant is whole: what belongs behind it can be typed at once.
    let isWhole =
      found.count == 1
      && KeymapEntry.table.contains { entry in
        entry.command.rawValue == found[0] && !entry.argument.placeholder(after: entry.command).isEmpty
      }
    if isWhole { line.completion = nil }
    line.input = TextInput(found[step % found.count] + (isWhole ? " " : ""))
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
      let meant = suggestion(for: name, among: known.map(\.command.rawValue)).map { "Did you mean :\($0)?" }
      return refuse("Unknown command \"\(name)\". \(meant ?? "\(state.keymap.keyName(.help)) lists the commands.")")
    }
    guard words.count > 1 else { return run(entry.command) }
    if let reason = entry.command.disabledReason(in: state), entry.argument != .gainStep {
      return refuse(reason)
    }
    return run(entry, words[1])
  }

  private func only(_ known: [KeymapEntry], beginningWith text: String) -> KeymapEntry? {
    let found = known.filter { $0.command.rawValue.hasPrefix(text) }
    return found.count == 1 ? found.first : nil
  }

  /// A command with what was typed after it.
  private mutating func run(_ entry: KeymapEntry, _ text: String) -> [ConsoleEffect] {
    let name = entry.command.rawValue
    switch entry.argument {
    case .none: return refuse(":\(name) takes nothing more")
    case .intent:
      do { return perform(try IntentGrammar.parse("\(name) \(text)")) } catch { return refuse(error.description) }
    case .entry(let kind): return run(kind, text, after: name)
    case .gainStep:
      guard let decibels = Double(text), decibels.isFinite else {
        return refuse("\"\(text)\" is no number of decibels")
      }
      return gain(by: entry.command == .gainDown ? -abs(decibels) : decibels)
    case .preview:
      guard text == "on" || text == "off" else { return refuse(":\(name) takes on or off") }
      state.settings.isPictureOn = text == "on"
    case .eventSearch:
      state.events.search = text
      state.events.offset = 0
    }
    return []
  }

  /// Asks the broadcaster for what was typed in whole; what needs a yes gets its question first.
  private mutating func perform(_ intent: Intent) -> [ConsoleEffect] {
    switch intent {
    case .goLive: askToGoLive()
    case .takeOver: askToGoLive(takesOver: true)
    case .stop: askToStop()
    case .slate(let isOn): slate(isOn)
    case .mark: send(intent, saying: "marked")
    case .metadata(let text): put(text)
    case .serviceFigures(let isOn): showFigures(isOn)
    default: send(intent)
    }
  }

  /// What an entry of a menu is called.
  private static func word(_ kind: Menu.Kind) -> String {
    switch kind {
    case .inputs: "input"
    case .eventFilter: "severity"
    case .camera, .microphone, .channel, .video, .bitrate, .preset, .keys, .goLive: kind.rawValue
    }
  }

  private mutating func refuse(_ reason: String) -> [ConsoleEffect] {
    say(reason, isRefusal: true)
    return []
  }

  private mutating func run(_ kind: Menu.Kind, _ text: String, after name: String) -> [ConsoleEffect] {
    if kind == .video { return set(video: text) }
    let list = Menu(kind).whole(in: state)
    let position = list.position(of: text) ?? list.indices.first { list[$0].title.lowercased() == text.lowercased() }
    if let found = position.map({ list[$0] }) {
      return found.refusal.map { refuse($0) } ?? apply(found, of: kind)
    }
    // What has the form of one need not be in the menu: the grammar and the broadcaster judge it.
    let hasForm =
      switch kind {
      case .camera, .microphone: text.contains(":") || text.hasPrefix("/")
      case .inputs, .bitrate: true
      case .channel: text.hasPrefix("arn:")
      case .video, .preset, .eventFilter, .keys, .goLive: false
      }
    guard hasForm else { return refuse("'\(text)' is not a valid \(Self.word(kind)); Tab shows what there is") }
    let intent: Intent
    do { intent = try IntentGrammar.parse("\(name) \(text)") } catch { return refuse(error.description) }
    // A menu calls a bitrate by its kbit/s alone.
    let identifier = if case .videoBitrate(let kilobits) = intent { "\(kilobits)" } else { text }
    return apply(MenuEntry(identifier: identifier, title: text), of: kind)
  }
}
