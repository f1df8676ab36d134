import Interface
import Media
import Settings
import Testing

@testable import Console

@Suite("What keys do") struct ReducerTests {
  @Test("Esc shows all events again") func eventFilter() {
    var person = Operator(Samples.live)
    _ = person.press(.character("/"), .paste("camera"), .enter)
    #expect(person.reducer.state.isFilteringEvents)
    #expect(person.press(.escape) == [])
    #expect(!person.reducer.state.isFilteringEvents && person.message == "all events are shown")
  }

  @Test("stopping asks; y agrees, n, Esc and Enter alone do not") func stop() {
    var person = Operator(Samples.live)
    #expect(person.press(.character("e"), .character("y")).intents == [.stop])
    for key in [Key.character("n"), .escape, .enter] { #expect(person.press(.character("e"), key) == []) }
    #expect(person.press(.character("e"), .right, .enter).intents == [.stop])
    #expect(person.reducer.state.dialogs.isEmpty)
  }

  @Test("quitting asks while live and says what it does; Ctrl-C twice means it") func quit() {
    var person = Operator(Samples.idle)
    #expect(person.press(.character("q")) == [.quit])
    person = Operator(Samples.live)
    #expect(person.press(.character("q")) == [])
    #expect(person.screen.contains("ends with the program"))
    #expect(person.press(.character("y")) == [.quit])
    person = Operator(Samples.waiting)
    #expect(person.press(.control("c")) == [])
    #expect(person.press(.control("c")) == [.quit])
  }

  @Test("q in a list closes it") func closing() {
    var person = Operator(Samples.live)
    #expect(person.press(.character("c"), .character("q")) == [])
    #expect(person.reducer.state.dialogs.isEmpty)
  }

  @Test("what the broadcaster answers is said, once it did; warnings are no answers") func answers() {
    var status = Samples.live
    var person = Operator(status)
    #expect(person.press(.character("r")).intents == [.reconnect])
    status.time = status.time + .milliseconds(200)
    status.events.append(BroadcastEvent(id: 100, clock: "10:00:00", severity: .warning, text: "network slow"))
    _ = person.reducer.handle(.status(status))
    #expect(person.message == nil)
    person.agree()
    #expect(person.message == "trying the connection again")
    _ = person.press(.character("S"))
    #expect(person.message == nil)
    person.refuse("snapshot: disk full")
    #expect(person.message == "snapshot: disk full")
    _ = person.press(.character("S"))
    person.agree("the picture is in a.png")
    #expect(person.message == "the picture is in a.png")
    // An answer is given once.
    _ = person.press(.escape)
    person.refuse("late")
    #expect(person.message != "late")
  }

  @Test("answers find their questions in whatever order they come") func order() {
    var person = Operator(Samples.live)
    let numbers = (person.press(.character("r")) + person.press(.character("S"))).compactMap { effect -> Int? in
      if case .request(let number, _) = effect { number } else { nil }
    }
    #expect(Set(numbers).count == 2)
    _ = person.reducer.handle(.answered(numbers[1], .failure(OperatorFailure("disk full", .inputOutput))))
    #expect(person.message == "disk full")
    // A yes to what was asked before hides no refusal.
    _ = person.reducer.handle(.answered(numbers[0], .success(.done)))
    #expect(person.message == "disk full")
  }

  @Test("Ctrl-Z and Ctrl-L count everywhere") func everywhere() {
    var person = Operator(Samples.idle)
    _ = person.press(.character("c"))
    #expect(person.press(.control("z"), .control("l")) == [.suspend, .redraw])
  }

  @Test("nobody suspends a live broadcast by a slip of the finger") func noSuspendingWhileLive() {
    var person = Operator(Samples.live)
    #expect(person.press(.control("z")) == [])
    #expect(person.reducer.state.message?.text.contains("stand still") == true)
  }

  @Test(
    "one key, one intent",
    arguments: [
      (.character("m"), .mute(true)), (.character("s"), .slate(true)), (.character("R"), .record(true)),
      (.character("r"), .reconnect), (.character("S"), .snapshot), (.character("D"), .refreshDevices),
      (.character("+"), .gain(decibels: 1)), (.character("-"), .gain(decibels: -1)),
      (.character("]"), .videoBitrate(kilobits: 2750)), (.character("["), .videoBitrate(kilobits: 2250)),
    ] as [(Key, Intent)])
  func intents(key: Key, intent: Intent) {
    var person = Operator(Samples.live)
    #expect(person.press(key).intents == [intent])
    var watcher = Operator(Samples.live, isReadOnly: true)
    #expect(watcher.press(key) == [])
    #expect(watcher.message?.hasPrefix("read-only") == true)
  }

  @Test("who only watches can send nothing, whatever the keys") func readOnly() {
    var watcher = Operator(Samples.live, isReadOnly: true)
    let keys = KeymapEntry.table.flatMap(\.keys) + [.paste("camera test"), .character(":")]
    for first in keys {
      for second in keys {
        for effect in watcher.press(first, second) {
          if case .request(_, let intent) = effect { Issue.record("\(intent)") }
        }
      }
    }
    for line in ["mute on", "camera test", "bitrate 3000", "mark x", "gain-up 3", "go-live", "stop"] {
      #expect(watcher.reducer.execute(line) == [], "\(line)")
    }
  }

  @Test("what is fixed while live says so", arguments: ["n", "v", "P"] as [Character]) func fixed(key: Character) {
    var person = Operator(Samples.live)
    #expect(person.press(.character(key)) == [])
    #expect(person.message == "not while live; e stops")
  }

  @Test("a note is asked for and sent, on air and off it") func mark() {
    for status in [Samples.live, Samples.idle] {
      var person = Operator(status)
      #expect(person.press(.character("M"), .paste("goal"), .enter).intents == [.mark("goal")])
    }
  }

  @Test("the slate is switched on with a word about the sound that goes on") func slate() {
    var person = Operator(Samples.live)
    #expect(person.press(.character("s")).intents == [.slate(true)])
    person.agree()
    #expect(person.message == "the slate is on, the microphone is still heard; m mutes")
    var status = Samples.live
    status.video.isSlate = true
    _ = person.reducer.handle(.status(status))
    #expect(person.screen.contains("▲ SLATE, SOUND ON"))
    status.audio.isMuted = true
    _ = person.reducer.handle(.status(status))
    #expect(!person.screen.contains("SOUND ON") && person.screen.contains("▲ SLATE"))
  }

  @Test("what was said of going live is gone once it is refused") func refusedLive() {
    var person = Operator(Samples.idle)
    _ = person.press(.character("b"), .enter)
    person.agree()
    #expect(person.message == "going live on local")
    _ = person.reducer.handle(.status(Samples.connecting))
    #expect(person.message == "going live on local")
    var status = Samples.idle
    status.verdict = Verdict(
      level: .bad,
      reason: "127.0.0.1:1935 refused the connection: check the host and port and that the server is running")
    _ = person.reducer.handle(.status(status))
    #expect(person.message == nil)
    // Cause and advice are seen whole at 80x24.
    #expect(person.screen.contains("refused the connection") && person.screen.contains("server is running"))
  }

  @Test("quitting while it records says what becomes of the recording") func quitRecording() {
    var status = Samples.live
    status.recording = BroadcastStatus.Recording()
    var person = Operator(status)
    _ = person.press(.character("q"))
    #expect(person.screen.contains("recording is"), "\(person.screen)")
  }

  @Test("a console beside one that is live says so, and so does its question") func others() {
    var person = Operator(Samples.idle)
    let other = LiveElsewhere(process: 4711, channel: "venue", socket: "/run/a.sock")
    _ = person.reducer.handle(.others([other]))
    #expect(person.screen.contains("LIVE IN PROCESS 4711"))
    #expect(person.screen.contains("live in another console, process 4711, on venue"), "\(person.screen)")
    _ = person.press(.character("b"))
    #expect(person.screen.contains("process 4711 is live on venue"))
    _ = person.press(.escape)
    _ = person.reducer.handle(.others([]))
    #expect(!person.screen.contains("4711"))
  }

  @Test("the code of the playback address is asked for and shown") func code() {
    var person = Operator(Samples.live)
    let url = Samples.live.playbackURL ?? ""
    #expect(person.press(.character("u")) == [.showQR(url)])
    #expect(person.screen.contains("making the code"))
    _ = person.reducer.handle(.qr(Samples.code(20, 10)))
    #expect(!person.screen.contains("making the code"))
    _ = person.press(.escape)
    #expect(person.reducer.state.dialogs.isEmpty)
  }

  @Test("the shell learns how large the picture shall be, once for each change") func pictureRegion() {
    var person = Operator(Samples.live)
    let half = ScreenSize(columns: 38, rows: 6)
    #expect(
      person.press(.character("f")) == [.pictureRegion(half, isOn: true, isMirrored: true)])
    #expect(person.press(.character("t")) == [])
    #expect(
      person.press(.character("p"))
        == [.pictureRegion(ScreenSize(columns: 0, rows: 0), isOn: false, isMirrored: true)])
    #expect(person.press(.character("f")) == [])
    #expect(person.message == "the picture is off")
  }

  @Test("a message goes away by itself") func message() {
    var person = Operator(Samples.live)
    _ = person.press(.character("b"))
    var status = Samples.live
    let begin = person.reducer.state.now
    status.time = begin + .milliseconds(4900)
    _ = person.reducer.handle(.status(status))
    #expect(person.message != nil)
    status.time = begin + .milliseconds(5000)
    _ = person.reducer.handle(.status(status))
    #expect(person.message == nil)
  }

  @Test("Tab goes around all panels, the arrows to the neighbour") func focus() {
    var person = Operator(Samples.live)
    for _ in person.reducer.state.panels { _ = person.press(.tab) }
    #expect(person.reducer.state.focus == .picture)
    _ = person.press(.character("l"))
    #expect(person.reducer.state.focus == .health)
    _ = person.press(.down)
    #expect(person.reducer.state.focus == .bitrate)
    _ = person.press(.backTab)
    #expect(person.reducer.state.focus == .levels)
  }

  @Test("old events stay in place while new ones come") func events() {
    var status = Samples.live
    status.events = (1...60).map { BroadcastEvent(id: $0, clock: "10:00:00", severity: .info, text: "event \($0).") }
    var person = Operator(status)
    person.reducer.state.focus = .events
    _ = person.press(.character("g"))
    #expect(person.screen.contains("event 1."))
    status.events.append(BroadcastEvent(id: 61, clock: "10:00:01", severity: .info, text: "event 61."))
    _ = person.reducer.handle(.status(status))
    #expect(person.screen.contains("event 1."))
    _ = person.press(.character("G"))
    #expect(person.screen.contains("event 61."))
    _ = person.press(.character("/"), .paste("event 3"), .enter)
    #expect(person.screen.contains("event 39."))
    #expect(!person.screen.contains("event 61."))
    _ = person.press(.character("/"), .escape)
    #expect(person.screen.contains("event 61."))
  }

  @Test("an unknown key says where help is") func unknown() {
    var person = Operator(Samples.live)
    _ = person.press(.character("%"))
    #expect(person.message == "% does nothing here; ? lists the keys")
  }

  @Test("whatever is pressed, in any order, something sensible is shown") func randomWalk() {
    var generator = SystemRandom(seed: 42)
    var person = Operator(Samples.live)
    var keys = KeymapEntry.table.flatMap(\.keys)
    keys += [.paste("日本 text"), .character("x"), .backspace, .delete, .insert, .function(9)]
    for _ in 0..<4000 {
      let key = keys[Int(generator.next() % UInt64(keys.count))]
      _ = person.press(key)
      if generator.next() % 16 == 0 {
        let column = Int(generator.next() % 80)
        let row = Int(generator.next() % 24)
        _ = person.press(.mouse(.press, Position(column: column, row: row)))
      }
      if generator.next() % 64 == 0 { _ = ConsoleView.screen(person.reducer.state) }
      #expect(person.reducer.state.dialogs.count < 12)
    }
  }
}

/// The same numbers each time.
private struct SystemRandom {
  var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state >> 33
  }
}
