internal import Interface
internal import Media
internal import Settings

/// The console's mind: events in, state and effects out; no clock, no input or output.
public struct Reducer: Sendable {
  /// What is shown.
  public internal(set) var state: ConsoleState
  private var requested: ConsoleEffect?
  /// What was asked of the broadcaster and is not answered yet, with what to say once it is done.
  private var requests: [Int: String?] = [:]
  private var requestCount = 0

  /// Begins with a state.
  public init(state: ConsoleState) { self.state = state }

  /// Takes an event up.
  public mutating func handle(_ event: ConsoleEvent) -> [ConsoleEffect] {
    var effects: [ConsoleEffect] = []
    switch event {
    case .time(let now): state.now = max(state.now, now)
    case .key(let key): effects = take(key)
    case .traits(let traits): state.settings.traits = traits
    case .resize(let size): state.size = size
    case .answered(let number, let result): take(result, of: number)
    case .status(let status): effects = take(status)
    case .picture(let picture): state.picture = picture
    case .others(let others): state.others = others
    case .log(let page): effects = take(page)
    case .qr(let code): state.code = code
    }
    let request = pictureRequest
    if request != requested {
      requested = request
      effects.append(request)
    }
    return effects
  }

  /// Gives a key to whatever has the keys, unless it is still typed for a dialog that has gone.
  private mutating func take(_ key: Key) -> [ConsoleEffect] {
    let isQuestion = if case .confirmation = state.dialogs.last { true } else { false }
    guard state.dialogs.isEmpty || isQuestion, state.typingPause.ignores(key, at: state.now) else {
      let effects = press(key)
      if !isQuestion, case .confirmation = state.dialogs.last, case .character = key {
        pauseTyping(for: TypingPause.afterQuestion)
      }
      return effects
    }
    // A no does nothing but close the question; what follows it is still no order.
    if isQuestion, state.keymap.command(for: key, in: .confirmation) == .no { return press(key) }
    // Why nothing opened stays to be read.
    let (words, before) = ("typing is ignored until you pause", state.message)
    let isSaid = before?.text.hasPrefix(words) ?? false
    if !isSaid { say(before?.isRefusal == true ? "\(words): \(before?.text ?? "")" : words, isRefusal: true) }
    return []
  }

  /// Characters that come now were meant for a dialog.
  mutating func pauseTyping(for duration: Duration) { state.typingPause.begin(at: state.now, for: duration) }

  private mutating func take(_ status: BroadcastStatus) -> [ConsoleEffect] {
    let known = state.status.events.last?.id ?? 0
    state.history.add(status)
    state.losses.add(status)
    state.levels.add(status)
    if state.events.offset > 0 {
      // Who reads old events keeps reading them while new ones come.
      let added = status.events.filter { $0.id > known }
      state.events.offset += state.events.shown(of: added, from: state.settings.eventSeverity).count
    }
    // What was said of going live is over once it is refused.
    let isOver = [.idle, .waiting, .ended].contains(status.phase) && status.verdict.level == .bad
    if isOver, status.phase != state.status.phase, state.message?.isRefusal == false { state.message = nil }
    state.status = status
    state.accountIndex.update(status.offers.accountChannels)
    if state.focus == .service, status.service == nil { state.focus = .channel }
    state.now = max(state.now, status.time)
    if let message = state.message, state.now >= message.until { state.message = nil }
    refreshQuestion()
    if case .setup(let setup) = state.dialogs.last { replaceTop(.setup(setup.suggesting(status))) }
    return (status.events.last?.id ?? 0) > known ? followLog() : []
  }

  /// Says what came of a request; a dialog that waits for it is closed by a yes, and shows a no.
  private mutating func take(_ result: Result<Answer, OperatorFailure>, of number: Int) {
    guard let done = requests.removeValue(forKey: number) else { return }
    let waiting = state.dialogs.firstIndex { $0.submission?.request == number }
    switch (result, waiting) {
    case (.success(let answer), let waiting):
      if let waiting {
        state.dialogs.remove(at: waiting)
        if state.dialogs.isEmpty { pauseTyping(for: TypingPause.afterDialog) }
      }
      // A refusal that was said meanwhile is not hidden by it.
      if let text = done ?? answer.text, state.message?.isRefusal != true, !isInSetup { say(text) }
    case (.failure(let failure), let waiting?): state.dialogs[waiting].submission?.refuse(failure)
    case (.failure(let failure), nil): say(failure.description, isRefusal: true)
    }
  }

  /// The set-up shows what was chosen, and which keys go on.
  private var isInSetup: Bool { if case .setup = state.dialogs.last { true } else { false } }

  private var pictureRequest: ConsoleEffect {
    let layout = Layout(LayoutNeeds(state), size: state.size)
    let place = layout?.panels[.picture].map { PicturePanel.place(in: $0) }
    let isOn = state.settings.isPictureOn && place.map { !$0.isEmpty } ?? false
    let size = isOn ? place?.size : nil
    return .pictureRegion(
      size ?? ScreenSize(columns: 0, rows: 0), isOn: isOn, isMirrored: state.settings.isMirrored)
  }

  /// Says something in the last row.
  mutating func say(_ text: String, isRefusal: Bool = false) {
    state.message = TransientMessage(
      text: text, isRefusal: isRefusal, until: state.now + TransientMessage.duration)
  }

  /// Asks something of the broadcaster, if that is allowed.
  /// - Parameter text: what to say once it is done.
  mutating func send(_ intent: Intent, saying text: String? = nil) -> [ConsoleEffect] {
    guard !state.settings.isReadOnly else {
      say("read-only: this console can't change anything", isRefusal: true)
      return []
    }
    let number = nextNumber()
    requests[number] = .some(text)
    return [.request(number, intent)]
  }

  /// Tells requests and queries apart.
  mutating func nextNumber() -> Int {
    requestCount += 1
    return requestCount
  }

  /// The same for the dialog on top, which stays open until the broadcaster said yes.
  mutating func submit(_ intent: Intent, saying text: String) -> [ConsoleEffect] {
    let effects = send(intent, saying: text)
    if !effects.isEmpty, let top = state.dialogs.indices.last {
      state.dialogs[top].submission = Submission(request: requestCount)
    }
    return effects
  }

  /// Where dialogs may stand.
  var body: Region {
    Layout(LayoutNeeds(state), size: state.size)?.body
      ?? Region(column: 0, row: 0, columns: state.size.columns, rows: state.size.rows)
  }

  mutating func replaceTop(_ dialog: Dialog) {
    if !state.dialogs.isEmpty { state.dialogs[state.dialogs.count - 1] = dialog }
  }

  mutating func closeTop() {
    if !state.dialogs.isEmpty { state.dialogs.removeLast() }
  }
}
