import Interface
import Testing

@testable import Console

@Suite("What IVS says") struct ServiceTests {
  private func header(_ status: BroadcastStatus) -> String {
    Snapshot.glyphs(ConsoleView.screen(Samples.state(status))).split(separator: "\n").first.map(String.init) ?? ""
  }

  @Test("\"on air\" is said only where IVS shows the stream") func onAir() {
    #expect(header(Samples.onAir).hasPrefix(" ● ON AIR  01:12:33  venue-0003"))
    #expect(header(Samples.sending).hasPrefix(" ○ SENDING"))
    #expect(header(Samples.live).hasPrefix(" ● LIVE"))
    for status in [Samples.sending, Samples.live] {
      var status = status
      status.events = []
      let text = Snapshot.glyphs(ConsoleView.screen(Samples.state(status, columns: 160, rows: 45)))
      #expect(!text.lowercased().contains("on air"))
    }
  }

  @Test("the panel is there while the service says something, and the focus leaves with it") func panel() {
    var person = Operator(Samples.onAir)
    #expect(person.reducer.state.panels.contains(.service))
    while person.reducer.state.focus != .service { _ = person.press(.tab) }
    #expect(person.screen.contains("[IVS]"))
    _ = person.reducer.handle(.status(Samples.live))
    #expect(person.reducer.state.focus == .channel)
    #expect(!person.screen.contains("IVS ─"))
    for _ in 0..<12 {
      _ = person.press(.tab)
      #expect(person.reducer.state.focus != .service)
    }
  }

  @Test("the panel says it all where there is room") func everything() {
    var state = Samples.state(Samples.starving, columns: 160, rows: 45)
    state.focus = .service
    let text = Snapshot.glyphs(ConsoleView.screen(state))
    for words in [
      "✖ STARVING, 128 viewers", "● LIVE, since 13:18:29", "1410 of 2487 kbit/s", "st-1AbCdEfG", "Starvation Start",
      "StreamStarvation", "3 sent, 1 waiting", "✖ IVS receives 1410",
    ] { #expect(text.contains(words), "\(words)") }
  }

  @Test("where it is narrow nothing of that is lost") func narrow() {
    let text = Snapshot.glyphs(ConsoleView.screen(Samples.state(Samples.onAir, columns: 120, rows: 40)))
    for words in ["● HEALTHY", "Viewers   128", "Since     13:18:29", "I asks; AWS bills"] {
      #expect(text.contains(words), "\(words)")
    }
  }

  @Test("an alarm gets the rows to spare before anything else") func alarm() {
    let text = Snapshot.glyphs(ConsoleView.screen(Samples.state(Samples.starving, columns: 120, rows: 40)))
    #expect(text.contains("✖ IVS receives 1410") && text.contains("way there loses"))
  }

  @Test("figures are asked for and given up, and the bill is mentioned") func figures() {
    var person = Operator(Samples.onAir)
    #expect(person.press(.character("I")).intents == [.serviceFigures(true)])
    person.agree()
    #expect(person.message?.contains("AWS bills") == true)
    // Before the first figures are there.
    #expect(person.press(.character("I")).intents == [.serviceFigures(false)])
    #expect(person.reducer.execute("ivs-figures on").intents == [.serviceFigures(true)])
    person = Operator(Samples.starving)
    #expect(person.press(.character("I")).intents == [.serviceFigures(false)])
    person = Operator(Samples.live)
    #expect(person.press(.character("I")) == [])
    #expect(person.message == "IVS is not asked here: it takes a channel of the AWS account")
  }

  @Test("metadata is asked for, counted in bytes and sent") func metadata() {
    var person = Operator(Samples.onAir)
    #expect(person.press(.character("T"), .enter) == [])
    #expect(person.message == "there is no text to send yet")
    _ = person.press(.paste("Tor für Köln"))
    #expect(person.screen.contains("14 of 1024 bytes"))
    #expect(person.press(.enter).intents == [.metadata("Tor für Köln")])
    #expect(person.press(.character("x"), .enter) == [])
    person.refuse("IVS takes no more than five a second")
    #expect(person.screen.contains("✖ IVS takes no more") && person.screen.contains("Tor für Köln"))
    #expect(person.press(.enter).intents == [.metadata("Tor für Köln")])
    person.agree()
    #expect(person.reducer.state.dialogs.isEmpty && person.message == "metadata of 14 bytes is sent")
    #expect(person.reducer.execute("metadata half time").intents == [.metadata("half time")])
  }

  @Test("1024 bytes are sent, 1025 stay to be shortened") func length() {
    var person = Operator(Samples.onAir)
    let most = String(repeating: "ü", count: 512)
    #expect(person.press(.character("T"), .paste(most + "x"), .enter) == [])
    #expect(person.message == "1025 bytes are too many: 1024 is the most")
    #expect(person.screen.contains("✖ 1025 of 1024 bytes"))
    #expect(person.press(.backspace, .enter).intents == [.metadata(most)])
    #expect(person.reducer.execute("metadata \(most)x") == [])
  }

  @Test("metadata is refused while nothing is live, and where no service takes it") func refused() {
    var idle = Samples.onAir
    idle.phase = .idle
    var person = Operator(idle)
    #expect(person.press(.character("T")) == [])
    #expect(person.message == "not live")
    person = Operator(Samples.live)
    #expect(person.press(.character("T")) == [])
    #expect(person.message == "IVS is not asked here: it takes a channel of the AWS account")
  }

  @Test("a broadcast that ends while metadata is typed gets none") func ended() {
    var person = Operator(Samples.onAir)
    _ = person.press(.character("T"), .paste("late"))
    var status = Samples.onAir
    status.phase = .idle
    _ = person.reducer.handle(.status(status))
    #expect(person.press(.enter) == [])
    #expect(person.message == "not live")
  }

  @Test("type and latency come from the service") func channel() {
    var state = Samples.state(Samples.sending, columns: 160, rows: 45)
    state.isZoomed = true
    state.focus = .channel
    let text = Snapshot.glyphs(ConsoleView.screen(state))
    #expect(text.contains("IVS BASIC") && text.contains("Latency   normal"))
  }
}
