import Interface
import Media
import Settings
import Testing

@testable import Console

/// A reducer that is told what to do in keys, and what the broadcaster answers.
struct Operator {
  var reducer: Reducer
  private var request = 0

  init(_ status: BroadcastStatus, isFirstRun: Bool = false, isReadOnly: Bool = false) {
    var settings = ConsoleSettings(traits: Samples.full)
    settings.isReadOnly = isReadOnly
    reducer = Reducer(
      state: ConsoleState(
        size: ScreenSize(columns: 80, rows: 24), settings: settings, isFirstRun: isFirstRun))
    _ = reducer.handle(.status(status))
  }

  /// Presses keys one by one, looking up after each.
  mutating func press(_ keys: Key...) -> [ConsoleEffect] {
    let effects = keys.flatMap { press($0, after: .seconds(1)) }
    for case .request(let number, _) in effects { request = number }
    return effects
  }

  mutating func press(_ key: Key, after pause: Duration) -> [ConsoleEffect] {
    reducer.handle(.time(reducer.state.now + pause)) + reducer.handle(.key(key))
  }

  /// Types without looking up.
  mutating func type(_ text: String) -> [ConsoleEffect] {
    text.flatMap { press(.character($0), after: .milliseconds(120)) }
  }

  /// The last request is done.
  mutating func agree(_ text: String? = nil) { _ = reducer.handle(.answered(request, .success(Answer(text)))) }

  /// The last request is refused.
  mutating func refuse(_ text: String, field: String? = nil) {
    _ = reducer.handle(.answered(request, .failure(OperatorFailure(text, .unavailable, field: field))))
  }

  var message: String? { reducer.state.message?.text }
  var screen: String { Snapshot.glyphs(ConsoleView.screen(reducer.state)) }
}

extension [ConsoleEffect] {
  /// What is asked of the broadcaster.
  var intents: [Intent] { compactMap { if case .request(_, let intent) = $0 { intent } else { nil } } }
}
