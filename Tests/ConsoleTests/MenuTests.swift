import Interface
import Media
import Settings
import Testing

@testable import Console

extension ReducerTests {
  @Test("cameras and microphones are chosen while live") func devices() {
    var person = Operator(Samples.live)
    #expect(person.press(.character("c"), .character("j"), .enter).intents == [.camera("usb:0411:02da")])
    #expect(person.press(.character("i"), .end, .enter).intents == [.microphone("silence")])
  }

  @Test("a list shrinks to what is typed after /") func filtering() {
    var person = Operator(Samples.live)
    _ = person.press(.character("i"), .character("/"))
    _ = person.type("tone")
    #expect(person.press(.enter).intents == [.microphone("test")])
  }

  @Test("an absent camera is shown, and cannot be chosen") func absent() {
    var person = Operator(Samples.cameraLost)
    #expect(person.press(.character("c"), .enter) == [])
    #expect(person.message?.contains("not connected") == true)
  }

  @Test("the cursor stays on its entry when the list changes under it") func hotplug() {
    var person = Operator(Samples.live)
    _ = person.press(.character("c"), .character("j"))
    var status = Samples.live
    status.offers.cameras.removeFirst()
    _ = person.reducer.handle(.status(status))
    #expect(person.press(.enter).intents == [.camera("usb:0411:02da")])
  }

  @Test("a channel without its key asks for it; a new one has a form") func channels() {
    var person = Operator(Samples.idle)
    #expect(person.press(.character("n"), .down, .enter).intents == [.channel("studio")])
    _ = person.press(.character("n"), .down, .down, .enter)
    guard case .form(let form) = person.reducer.state.dialogs.last else {
      Issue.record("no form")
      return
    }
    #expect(form[.name].text == "backup")
  }

  @Test("forgetting a channel asks, and local stays") func removal() {
    var person = Operator(Samples.idle)
    #expect(person.press(.character("n"), .delete) == [])
    #expect(person.message?.contains("only saved") == true)
    #expect(
      person.press(.down, .delete, .character("y")).intents == [.removeChannel("studio")])
  }
}
