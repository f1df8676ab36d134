import Interface
import Media
import Testing

@testable import Console

@Suite("Letters that were meant for a dialog") struct TypingPauseTests {
  @Test("typing on after a refused form changes nothing") func refusedForm() {
    var person = Operator(Samples.live)
    #expect(person.press(.character("n")) == [])
    #expect(person.message == "not while live; e stops")
    #expect(person.type("venue e n y, and whatever else somebody types in one go without looking up") == [])
    #expect(person.reducer.state.dialogs.isEmpty)
    #expect(
      person.message == "typing is ignored until you pause: not while live; e stops", "why stays to be read")
    #expect(person.press(.enter, after: .milliseconds(100)) == [], "it ends the text")
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

  @Test(
    "typing after a pause opens no question that the same typing answers", arguments: ["buffet ready", "eyes", "q y"])
  func questions(text: String) {
    for status in [Samples.idle, Samples.live] {
      var person = Operator(status)
      _ = person.press(.character("T"))
      #expect(person.press(.character("b"), after: .seconds(5)).intents == [])
      person = Operator(status)
      _ = person.press(.character("T"))
      let effects =
        person.press(text.first.map { .character($0) } ?? .escape, after: .seconds(5))
        + person.type(String(text.dropFirst()))
      #expect(effects == [] || !effects.intents.contains { [.goLive, .stop].contains($0) }, "\(effects)")
      // Nothing is lost by leaving while nothing is on air.
      #expect(status.phase == .idle || !effects.contains(.quit))
      #expect(person.press(.enter, after: .milliseconds(80)).intents.isEmpty)
    }
  }

  @Test("an answer that comes a moment after its question counts, and says why one that came sooner did not")
  func answers() {
    var person = Operator(Samples.idle)
    _ = person.press(.character("b"))
    #expect(person.press(.character("y"), after: .milliseconds(100)) == [])
    #expect(person.message == "typing is ignored until you pause")
    #expect(person.press(.character("y"), after: .milliseconds(600)).intents == [.goLive])
    _ = person.press(.character("b"))
    #expect(person.press(.enter, after: .milliseconds(50)).intents == [.goLive], "Enter alone is no text")
    _ = person.press(.character("b"))
    _ = person.press(.character("x"), after: .milliseconds(50))
    _ = person.press(.escape, after: .milliseconds(50))
    #expect(person.reducer.state.dialogs.isEmpty)
    _ = person.press(.character("b"))
    #expect(person.press(.character("n"), after: .milliseconds(50)) == [])
    #expect(person.reducer.state.dialogs.isEmpty, "a no counts at once")
    #expect(person.press(.character("s"), after: .milliseconds(50)) == [], "what follows it is no order")
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
