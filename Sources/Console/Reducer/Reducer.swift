internal import Interface
internal import Media

/// The console's mind: events in, state and effects out; no clock, no input or output.
public struct Reducer: Sendable {
  /// What is shown.
  public internal(set) var state: ConsoleState
  private var requested: ConsoleEffect?
  /// When something was last asked of the broadcaster: a warning soon after is its answer.
  private var asked: MediaTime?

  /// Begins with a state.
  public init(state: ConsoleState) { self.state = state }

  /// Takes an event up.
  public mutating func handle(_ event: ConsoleEvent) -> [ConsoleEffect] {
    var effects: [ConsoleEffect] = []
    switch event {
    case .key(let key): effects = press(key)
    case .traits(let traits): state.settings.traits = traits
    case .resize(let size): state.size = size
    case .status(let status): take(status)
    case .picture(let picture): state.picture = picture
    case .qr(let code): state.code = code
    case .tick(let time): advance(to: time)
    }
    let request = pictureRequest
    if request != requested {
      requested = request
      effects.append(request)
    }
    return effects
  }

  private mutating func take(_ status: BroadcastStatus) {
    state.history.add(status)
    state.losses.add(status)
    state.levels.add(status)
    if state.events.offset > 0 {
      // Who reads old events keeps reading them while new ones come.
      let known = state.status.events.last?.id ?? 0
      let added = status.events.filter { $0.id > known }
      state.events.offset += state.events.shown(of: added, from: state.settings.eventSeverity).count
    }
    let before = state.status.events.last?.id ?? 0
    state.status = status
    state.accountIndex.update(status.offers.accountChannels)
    if state.focus == .service, status.service == nil { state.focus = .channel }
    advance(to: status.time)
    refreshQuestion()
    sayRefusal(in: status.events.filter { $0.id > before })
  }

  /// Says what the broadcaster answered to the last wish, where that was a no.
  private mutating func sayRefusal(in events: [BroadcastEvent]) {
    guard let asked, state.now - asked < .seconds(2) else { return }
    guard let refusal = events.last(where: { $0.severity == .warning || $0.severity == .error }) else { return }
    say(refusal.text, isRefusal: true)
    self.asked = nil
  }

  private mutating func advance(to time: MediaTime) {
    state.now = max(state.now, time)
    if let message = state.message, state.now >= message.until { state.message = nil }
  }

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
  mutating func send(_ intent: Intent, saying text: String? = nil) -> [ConsoleEffect] {
    guard !state.settings.isReadOnly else {
      say("read-only: nothing is changed from here", isRefusal: true)
      return []
    }
    if let text { say(text) }
    asked = state.now
    return [.intent(intent)]
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
