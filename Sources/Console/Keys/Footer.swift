internal import Interface

/// The keys that the last row offers, as many as fit.
struct Footer: Equatable {
  /// A key with its word, and where they stand.
  struct Hint: Equatable {
    let command: Command
    let key: String
    let label: String
    /// From the footer's left edge.
    var column = 0
    var columns: Int { Console.columns(of: key) + 1 + Console.columns(of: label) }
  }

  static let gap = 2
  let hints: [Hint]

  /// The hints for what has the keys now; help and the way out come first when there is little room.
  init(_ state: ConsoleState, columns limit: Int) {
    let context = state.context
    let isDashboard = context == .dashboard
    let first: [Command] =
      isDashboard
      ? [.help, .goLive, .stop, .quit] + (state.isRecording ? [.record] : [])
      : [
        .yes, .no, .choose, .save, .complete, .cancel, .filter, .eventFilter, .refreshChannels, .editChannel, .remove,
        .clearField, .help,
      ]
    let entries = KeymapEntry.table.filter {
      ($0.isHint || $0.command == .eventFilter && !isDashboard) && $0.contexts.contains(context)
        && $0.command.disabledReason(in: state) == nil
        && (![.remove, .editChannel].contains($0.command) || state.isOnSavedChannel)
        && (isDashboard ? $0.command != .refreshChannels : first.contains($0.command))
    }
    // The dashboard's hints keep the table's order; a dialog's are shown as they matter.
    let ordered =
      isDashboard
      ? entries
      : entries.sorted {
        (first.firstIndex(of: $0.command) ?? first.count) < (first.firstIndex(of: $1.command) ?? first.count)
      }
    let candidates = ordered.compactMap { entry -> Hint? in
      let keys = state.keymap.keys(entry.command)
      let usable = keys.first { key in
        if context.takesText, case .character = key { return false }
        return true
      }
      guard let key = usable else { return nil }
      return Hint(command: entry.command, key: KeyText.name(key), label: Self.label(entry, state))
    }
    let ranked = candidates.indices.sorted { left, right in
      func rank(_ index: Int) -> Int { first.firstIndex(of: candidates[index].command) ?? first.count + index }
      return rank(left) < rank(right)
    }
    var kept = Set<Int>()
    var used = 0
    for index in ranked {
      let width = candidates[index].columns + (kept.isEmpty ? 0 : Self.gap)
      guard used + width <= limit else { continue }
      kept.insert(index)
      used += width
    }
    var column = 0
    var placed: [Hint] = []
    for index in candidates.indices where kept.contains(index) {
      var hint = candidates[index]
      hint.column = column
      placed.append(hint)
      column += hint.columns + Self.gap
    }
    hints = placed
  }

  private static func label(_ entry: KeymapEntry, _ state: ConsoleState) -> String {
    switch entry.command {
    case .mute where state.status.audio.isMuted: "unmute"
    case .slate where state.status.video.isSlate: "slate off"
    case .record where state.isRecording: "end recording"
    case .choose: chooseLabel(state)
    case .save: saveLabel(state)
    case .cancel where clearsFilter(state): "clear filter"
    case .cancel: cancelLabel(state, entry.label)
    default: entry.label
    }
  }

  /// Whether Esc ends a filter, and closes nothing.
  private static func clearsFilter(_ state: ConsoleState) -> Bool {
    switch state.dialogs.last {
    case .menu(let menu): menu.isSearching
    case .setup(let setup): setup.menu.isSearching
    case .log(let log): log.isFiltering || !log.filter.isEmpty
    case .help(let help): help.isFiltering || !help.filter.isEmpty
    default: false
    }
  }

  /// What Esc does here.
  private static func cancelLabel(_ state: ConsoleState, _ usual: String) -> String {
    guard case .setup(let setup) = state.dialogs.last else { return usual }
    return setup.step == 0 ? "leave set-up" : "back"
  }

  /// What Ctrl-S does here.
  private static func saveLabel(_ state: ConsoleState) -> String {
    if case .creation = state.dialogs.last { "create" } else { "save" }
  }

  /// What Enter does here.
  private static func chooseLabel(_ state: ConsoleState) -> String {
    switch state.dialogs.last {
    case .form(let form): form.focus == ChannelForm.Field.allCases.last ? "save" : "next"
    case .creation(let form): form.focus == CreationForm.Field.allCases.last ? "create" : "next"
    case .metadata: "send"
    case .log(let log): log.isFiltering ? "done" : "open"
    case .menu(let menu) where menu.kind == .keys: "change"
    case .help: "done"
    case .remark: "mark"
    case .video: "set"
    case .setup(let setup): setup.menu.kind == .goLive ? "select" : "next step"
    default: "select"
    }
  }
}
