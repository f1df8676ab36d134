internal import Interface

extension Reducer {
  /// Shows the log from its end.
  mutating func openLog() -> [ConsoleEffect] {
    state.dialogs.append(.log(LogView()))
    return readLogAnew()
  }

  /// Reads the log from its end, if it is shown.
  mutating func readLogAnew() -> [ConsoleEffect] { ask { _ in .newest } }

  /// Reads what was added to the log, if it is shown.
  mutating func followLog() -> [ConsoleEffect] {
    ask { log in
      guard log.query == nil else { return nil }
      return log.records.last.map { .newer(than: $0.id) } ?? .newest
    }
  }

  /// Shows what was read; goes on until there is a page of it.
  mutating func take(_ page: LogPage) -> [ConsoleEffect] {
    changeLog { $0.take(page) }
    let length = LogLayout.page(of: body)
    return ask { log in
      guard log.query == nil, log.hasOlder else { return nil }
      let isShort = log.records.count < length || log.goesToTop
      guard isShort, let first = log.records.first else { return nil }
      return .older(than: first.id)
    }
  }

  mutating func press(_ key: Key, _ command: Command?, in log: LogView) -> [ConsoleEffect] {
    if log.isFiltering { return type(key, command, in: log) }
    var log = log
    switch command {
    case .cancel where !log.filter.isEmpty:
      log.filter = TextInput()
      replaceTop(.log(log))
      return readLogAnew()
    case .cancel:
      closeTop()
      return []
    case .filter: log.isFiltering = true
    case .choose:
      if let index = log.index { state.dialogs.append(.event(log.records[index])) }
      return []
    case .eventFilter, .help: return command.map { run($0) } ?? []
    case .bottom: (log.selection, log.goesToTop) = (nil, false)
    case .top:
      log.goesToTop = log.hasOlder
      log.selection = log.records.first?.id
    case .up: move(&log, by: -1)
    case .down: move(&log, by: 1)
    case .pageUp: move(&log, by: -LogLayout.page(of: body))
    case .pageDown: move(&log, by: LogLayout.page(of: body))
    default: return []
    }
    replaceTop(.log(log))
    // Older ones are there before the cursor reaches the top.
    guard let index = log.index, index < 2 * LogLayout.page(of: body) else { return [] }
    return ask { log in
      guard log.query == nil, log.hasOlder, let first = log.records.first else { return nil }
      return .older(than: first.id)
    }
  }

  private mutating func type(_ key: Key, _ command: Command?, in log: LogView) -> [ConsoleEffect] {
    var log = log
    switch command {
    case .choose: log.isFiltering = false
    case .cancel: (log.isFiltering, log.filter) = (false, TextInput())
    case .up, .down, .pageUp, .pageDown:
      log.isFiltering = false
      return press(key, command, in: log)
    default: guard log.filter.handle(key) else { return [] }
    }
    replaceTop(.log(log))
    return command == .choose ? [] : readLogAnew()
  }

  private func move(_ log: inout LogView, by step: Int) {
    guard let index = log.index, let last = log.records.indices.last else { return }
    let next = max(0, min(last, index + step))
    log.goesToTop = false
    log.selection = next == last ? nil : log.records[next].id
  }

  mutating func click(_ log: LogView, _ body: Region, at position: Position, isDouble: Bool) -> [ConsoleEffect] {
    let place = LogLayout(log, body: body)
    guard place.list.contains(position) else { return [] }
    let index = place.first + position.row - place.list.row
    guard log.records.indices.contains(index) else { return [] }
    var log = log
    let wasThere = log.index == index
    log.selection = log.records[index].id
    replaceTop(.log(log))
    if wasThere || isDouble { state.dialogs.append(.event(log.records[index])) }
    return []
  }

  private var logIndex: Int? {
    state.dialogs.lastIndex { if case .log = $0 { true } else { false } }
  }

  private mutating func changeLog(_ change: (inout LogView) -> Void) {
    guard let index = logIndex, case .log(var log) = state.dialogs[index] else { return }
    change(&log)
    if log.goesToTop { log.selection = log.records.first?.id }
    state.dialogs[index] = .log(log)
  }

  /// Asks for a part of the log if it is shown and `part` wants one.
  private mutating func ask(_ part: (LogView) -> LogQuery.Part?) -> [ConsoleEffect] {
    guard let index = logIndex, case .log(let log) = state.dialogs[index], let part = part(log) else { return [] }
    let query = LogQuery(
      number: nextNumber(), part: part, severity: state.settings.eventSeverity, text: log.filter.text)
    changeLog { $0.ask(query) }
    return [.readLog(query)]
  }
}
