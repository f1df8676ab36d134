import Interface
import Testing

@testable import Console

@Suite("The mouse") struct MouseTests {
  /// Where a text stands on the screen.
  private func find(_ text: String, _ state: ConsoleState) throws -> Position {
    let rows = Snapshot.glyphs(ConsoleView.screen(state)).split(separator: "\n", omittingEmptySubsequences: false)
    for (row, line) in rows.enumerated() {
      if let range = line.firstRange(of: text) {
        return Position(column: columns(of: line[..<range.lowerBound]), row: row)
      }
    }
    throw NotFound(text: text)
  }

  private struct NotFound: Error { let text: String }

  @Test("a click gives a panel the focus, two open what belongs to it") func panels() throws {
    var reducer = Reducer(state: Samples.state(Samples.live))
    let health = try find("Health", reducer.state)
    _ = reducer.handle(.key(.mouse(.press, health)))
    #expect(reducer.state.focus == .health)
    let levels = try find("Levels", reducer.state)
    _ = reducer.handle(.key(.mouse(.doubleClick, levels)))
    #expect(reducer.state.context == .list)
  }

  @Test("a click on a hint is its key") func hints() throws {
    var reducer = Reducer(state: Samples.state(Samples.live))
    let place = try find("m mute", reducer.state)
    let effects = reducer.handle(.key(.mouse(.press, place)))
    #expect(effects.intents.contains(.mute(true)))
  }

  @Test("a click moves the cursor in a list, another takes the entry") func menus() throws {
    var reducer = Reducer(state: Samples.state(Samples.live))
    _ = reducer.handle(.key(.character("c")))
    let place = try find("Test pattern", reducer.state)
    #expect(!reducer.handle(.key(.mouse(.press, place))).intents.contains(.camera("test")))
    #expect(reducer.handle(.key(.mouse(.press, place))).intents.contains(.camera("test")))
  }

  @Test("buttons are clicked, and the wheel scrolls") func buttons() throws {
    var reducer = Reducer(state: Samples.state(Samples.live))
    _ = reducer.handle(.key(.character("e")))
    let yes = try find("y Yes", reducer.state)
    #expect(reducer.handle(.key(.mouse(.press, yes))).intents == [.stop])
    let events = try find("Events", reducer.state)
    _ = reducer.handle(.key(.mouse(.wheelUp, events)))
    #expect(reducer.state.events.offset > 0)
  }
}
