import Interface
import Testing

@testable import Console

@Suite("Going live asks once") struct GoLiveTests {
  @Test("b asks with what goes where; Enter and y agree, n, Esc and q do not") func asks() {
    var person = Operator(Samples.idle)
    #expect(person.press(.character("b")) == [])
    let screen = person.screen
    for text in [
      "Go live?", "local", "HD Pro Webcam C920", "LabMic", "1280x720@30", "2500 kbit/s", "y Yes", "n No",
    ] { #expect(screen.contains(text), "\(text) in\n\(screen)") }
    #expect(person.press(.enter).intents == [.goLive])
    #expect(person.press(.character("b"), .character("y")).intents == [.goLive])
    for key in [Key.character("n"), .escape, .character("q")] {
      #expect(person.press(.character("b"), key) == [])
      #expect(person.reducer.state.dialogs.isEmpty)
    }
    #expect(person.press(.character("b"), .left, .enter) == [])
  }

  @Test("a second b, a paste and every other key answer nothing") func otherKeys() {
    var person = Operator(Samples.idle)
    let answers: [Key] = [.enter, .character("y"), .control("c"), .control("z"), .control("l")]
    for key in KeymapEntry.table.flatMap(\.keys) + [.paste("y\n")] where !answers.contains(key) {
      let effects = person.press(.character("b"), key)
      #expect(!effects.intents.contains(.goLive), "\(key)")
      person = Operator(Samples.idle)
    }
  }

  @Test("the mouse and the command line ask as well") func otherWays() throws {
    var person = Operator(Samples.idle)
    #expect(person.press(.character(":"), .paste("go-live"), .enter) == [])
    #expect(person.press(.enter).intents == [.goLive])
    let state = person.reducer.state
    let hint = try #require(Footer(state, columns: 78).hints.first { $0.command == .goLive })
    #expect(person.press(.mouse(.press, Position(column: hint.column + 1, row: 23))) == [])
    guard case .confirmation(let question) = person.reducer.state.dialogs.last else {
      Issue.record("no question")
      return
    }
    let place = DialogLayout.Question(question, body: person.reducer.body)
    let yes = Position(column: place.yes.column, row: place.yes.row)
    #expect(person.press(.mouse(.press, yes)).intents == [.goLive])
  }

  @Test("the question is as true as the last status, and goes when something is on air") func fresh() {
    var person = Operator(Samples.idle)
    _ = person.press(.character("b"))
    var status = Samples.idle
    status.choice.channel = "studio"
    status.audio.isMuted = true
    status.video.isSlate = true
    status.video.sourceState = .lost
    _ = person.reducer.handle(.status(status))
    for text in ["studio", "muted, LabMic", "slate, not lost: HD Pro"] {
      #expect(person.screen.contains(text), "\(person.screen)")
    }
    _ = person.reducer.handle(.status(Samples.live))
    #expect(person.reducer.state.dialogs.isEmpty)
    #expect(person.press(.enter) == [])
  }

  @Test("while live b says why not; who only watches is not asked") func refused() {
    var person = Operator(Samples.live)
    #expect(person.press(.character("b")) == [])
    #expect(person.message == "already live; e stops")
    person = Operator(Samples.idle, isReadOnly: true)
    #expect(person.press(.character("b"), .enter) == [])
  }

  @Test("a broadcast that still ends by the time of the answer is told") func stillEnding() {
    var person = Operator(Samples.idle)
    _ = person.press(.character("b"))
    var status = Samples.idle
    status.phase = .stopping
    _ = person.reducer.handle(.status(status))
    #expect(person.press(.enter) == [])
    #expect(person.message == "the broadcast before is still ending")
  }
}
