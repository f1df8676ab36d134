internal import Broadcast
internal import Console
internal import Interface
internal import Media
internal import Pipeline

/// The console's thread: keys and updates in, screens and requests out.
struct ConsoleLoop {
  /// Why the console ended.
  enum End: Sendable {
    /// The operator, or a signal, wanted it.
    case quit
    /// The terminal has gone away.
    case terminalLost
  }

  let bridge: ConsoleBridge
  let tap: PreviewTap
  let options: TerminalOptions
  let keymap: Keymap
  /// What was decided about the console; what the terminal can show comes from itself.
  let settings: ConsoleSettings
  let isFirstRun: Bool
  let reader: LogReader
  /// Keeps the operator's own keys.
  let keepKeys: @Sendable ([String: String]) -> Void
  /// `SSH_CONNECTION`, which makes the picture modest.
  let sshConnection: String?

  /// More keys at once wait for the next turn.
  private static let mostKeys = 1000
  /// At most so often without a key.
  private static let paintInterval: Duration = .milliseconds(100)

  /// Runs until the operator quits or the terminal is gone; restores the terminal in any case.
  /// - Parameter onOpen: called once the terminal is open.
  /// - Throws: `TerminalError` where there is no terminal to show anything on.
  func run(onOpen: () -> Void) throws -> End {
    var terminal = try Terminal(options)
    onOpen()
    var settings = settings
    settings.traits = terminal.traits
    var reducer = Reducer(
      state: ConsoleState(size: terminal.size, settings: settings, keymap: keymap, isFirstRun: isFirstRun))
    var preview = ConsolePreview(tap: tap, traits: terminal.traits, sshConnection: sshConnection)
    var isQuitting = perform(reducer.handle(.resize(terminal.size)), &terminal, &preview, &reducer)
    var isDirty = true
    var nextPaint = MediaTime.zero
    while !isQuitting {
      if terminal.isGone { return .terminalLost }
      let now = MediaTime.now()
      if isDirty, now >= nextPaint {
        switch terminal.draw(ConsoleView.screen(reducer.state)) {
        case .painted(let bytes):
          preview.painted(bytes, at: now)
          isDirty = false
        case .unchanged:
          preview.painted(0, at: now)
          isDirty = false
        case .busy, .suspended: break
        case .gone: return .terminalLost
        }
        nextPaint = now + Self.paintInterval
      }
      var due = isDirty ? max(nextPaint, now + .milliseconds(20)) : now + .seconds(1)
      if let picture = preview.due(after: now) { due = min(due, picture) }
      terminal.wait(for: due - now, or: bridge.wakeDescriptor)
      _ = reducer.handle(.time(.now()))
      for _ in 0..<Self.mostKeys where !isQuitting {
        guard let key = terminal.nextKey() else { break }
        isQuitting = perform(reducer.handle(.key(key)), &terminal, &preview, &reducer)
        (isDirty, nextPaint) = (true, .zero)
      }
      if terminal.traits != reducer.state.settings.traits {
        _ = reducer.handle(.traits(terminal.traits))
        isDirty = true
      }
      let updates = bridge.take()
      if updates.isToEnd { return .quit }
      if updates.isHungUp { return .terminalLost }
      if updates.isToSuspend { terminal.suspend() }
      if updates.isContinued { terminal.resume() }
      if updates.isResized || updates.isContinued || terminal.size != reducer.state.size {
        isQuitting = perform(reducer.handle(.resize(terminal.resize())), &terminal, &preview, &reducer) || isQuitting
        (isDirty, nextPaint) = (true, .zero)
      }
      for answer in updates.answers {
        isQuitting =
          perform(reducer.handle(.answered(answer.number, answer.result)), &terminal, &preview, &reducer) || isQuitting
        isDirty = true
      }
      for page in updates.pages {
        isQuitting = perform(reducer.handle(.log(page)), &terminal, &preview, &reducer) || isQuitting
        isDirty = true
      }
      if let others = updates.others {
        isQuitting = perform(reducer.handle(.others(others)), &terminal, &preview, &reducer) || isQuitting
        isDirty = true
      }
      if let status = updates.status {
        preview.isCongested = status.isCongested
        isQuitting = perform(reducer.handle(.status(status)), &terminal, &preview, &reducer) || isQuitting
        isDirty = true
      }
      if let cells = preview.next(at: .now()) {
        isQuitting = perform(reducer.handle(.picture(cells)), &terminal, &preview, &reducer) || isQuitting
        isDirty = true
      }
    }
    return .quit
  }

  /// Does what the reducer wants; answers whether the operator leaves.
  private func perform(
    _ effects: [ConsoleEffect], _ terminal: inout Terminal, _ preview: inout ConsolePreview, _ reducer: inout Reducer
  ) -> Bool {
    var isQuitting = false
    for effect in effects {
      switch effect {
      case .request(let number, let intent): bridge.send(intent, number: number)
      case .quit: isQuitting = true
      case .suspend: terminal.suspend()
      case .readLog(let query): reader.read(query)
      case .saveKeys(let keys): keepKeys(keys)
      case .redraw: terminal.redraw()
      case .showQR(let text):
        let code = QRCode.cells(for: text, within: terminal.size, traits: terminal.traits)
        _ = reducer.handle(.qr(code))
      case .pictureRegion(let size, let isOn, let isMirrored):
        preview.show(isOn ? size : nil, isMirrored: isMirrored)
        if !isOn { _ = reducer.handle(.picture(nil)) }
      }
    }
    return isQuitting
  }
}

extension BroadcastStatus {
  /// Whether the broadcast needs the line for itself.
  fileprivate var isCongested: Bool {
    phase == .live && transport.delayMilliseconds > 500
  }
}
