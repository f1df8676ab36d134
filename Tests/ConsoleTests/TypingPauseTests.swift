import Interface
import Media
import Testing

@testable import Console

@Suite("Letters that were meant for a dialog") struct TypingPauseTests {
  @Test("typing on after a refused form changes nothing") func refusedForm() {
    var person = Operator(Samples.live)
    #expect(person.press(.character("N")) == [])
    #expect(person.message == "not while live; e stops")
    #expect(person.type("venue e n y") == [])
    #expect(person.reducer.state.dialogs.isEmpty)
    #expect(person.message == "not while live; e stops", "why stays to be read")
    #expect(person.press(.character("m")).intents == [.mute(true)], "after a pause keys are commands again")
  }

  @Test("typing on while a form closes by its answer changes nothing") func answeredForm() {
    var person = Operator(Samples.idle)
    _ = person.press(.character("N"), .paste("stage"), .tab, .paste("rtmp://127.0.0.1/app"), .tab, .paste("key"))
    #expect(person.press(.control("s")).intents.count == 1)
    #expect(person.type("m") == [], "waits for the answer")
    person.agree()
    #expect(person.reducer.state.dialogs.isEmpty)
    #expect(person.type("mute") == [])
    #expect(person.press(.character("m")).intents == [.mute(true)])
  }

  @Test("a question that goes by itself leaves a moment before letters are commands; other keys act at once")
  func closedQuestion() {
    var person = Operator(Samples.idle)
    _ = person.press(.character("b"))
    _ = person.reducer.handle(.status(Samples.live))
    #expect(person.press(.character("s"), after: .milliseconds(100)) == [])
    #expect(person.message?.contains("until you pause") == true)
    #expect(person.press(.tab, after: .zero) == [] && person.reducer.state.focus == .levels)
    #expect(person.press(.character("s"), after: .milliseconds(600)).intents == [.slate(true)])
  }

  @Test("who closes a dialog can go on at once") func closedByKey() {
    var person = Operator(Samples.live)
    _ = person.press(.character("M"), .paste("goal"), .enter)
    #expect(person.press(.character("s"), after: .milliseconds(50)).intents == [.slate(true)])
  }

  @Test("a command that only says no holds nothing up") func refusal() {
    var person = Operator(Samples.idle)
    _ = person.press(.character("e"))
    #expect(person.press(.character("m"), after: .milliseconds(50)).intents == [.mute(true)])
  }
}
