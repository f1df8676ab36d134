import Interface
import Testing

@testable import Console

@Suite("The command line") struct CommandLineTests {
  private func executing(_ line: String, _ status: BroadcastStatus = Samples.live, then keys: [Key] = []) -> (
    effects: [ConsoleEffect], message: String?
  ) {
    var reducer = Reducer(state: Samples.state(status))
    var effects = reducer.handle(.key(.character(":")))
    effects += reducer.handle(.key(.paste(line)))
    effects += reducer.handle(.key(.enter))
    for key in keys { effects += reducer.handle(.key(key)) }
    return (effects.filter { if case .pictureRegion = $0 { false } else { true } }, reducer.state.message?.text)
  }

  @Test(
    "a line is a command",
    arguments: [
      ("mute", .mute(true)), ("mute off", .mute(false)), ("camera test", .camera("test")),
      ("camera Test pattern", .camera("test")), ("bitrate 3100", .videoBitrate(kilobits: 3100)),
      ("bitrate 650k", .videoBitrate(kilobits: 650)), ("bitrate 1.2M", .videoBitrate(kilobits: 1200)),
      ("gain-up 3", .gain(decibels: 3)), ("gain-down 2.5", .gain(decibels: -2.5)),
      ("mark half time", .mark("half time")),
      ("slate on", .slate(true)), ("reco", nil), ("snap", .snapshot),
    ] as [(String, Intent?)])
  func lines(line: String, intent: Intent?) {
    #expect(executing(line).effects.intents == (intent.map { [$0] } ?? []))
  }

  @Test(
    "a wrong line says what is wrong",
    arguments: [
      ("mutte", "Unknown command \"mutte\". Did you mean :mute?"),
      ("bitrate 99999", "'99999' is not within 100k to 8500k"),
      ("bitrate fast", "'fast' is not a bitrate such as 800k"),
      ("camera nowhere", "'nowhere' is not a valid camera"), ("gain-up loud", "no number of decibels"),
      ("mute maybe", "expected on or off, not 'maybe'"), ("picture maybe", "takes on or off"), ("gain 31", "-60 to 30"),
      ("zoom 3", "takes nothing more"), ("video 1280x720@60", "not while live"),
    ])
  func wrong(line: String, message: String) throws {
    let result = executing(line)
    #expect(result.effects == [])
    #expect(try #require(result.message).contains(message))
  }

  @Test("a size brings the bitrate that suits it, unless another one was wanted; a wrong one says how it is written")
  func video() {
    #expect(executing("video 320*180", Samples.idle).effects == [])
    #expect(
      executing("video 320*180", Samples.idle).message
        == "Invalid video size \"320*180\". Use WIDTHxHEIGHT@RATE, for example 320x180@10.")
    #expect(
      executing("video 640x360", Samples.idle).effects.intents == [.video("640x360"), .videoBitrate(kilobits: 800)])
    var status = Samples.idle
    status.choice.videoKilobits = 3100
    #expect(executing("video 640x360@30", status).effects.intents == [.video("640x360@30")])
  }

  @Test("go-live takes over where that word follows it, and not while live") func takeover() {
    #expect(executing("go-live takeover", Samples.idle, then: [.enter]).effects.intents == [.takeOver])
    #expect(executing("go-live takeover", Samples.idle, then: [.escape]).effects == [])
    #expect(executing("go-live", Samples.idle, then: [.enter]).effects.intents == [.goLive])
    #expect(executing("go-live", Samples.idle).effects == [])
    let wrong = executing("go-live now", Samples.idle)
    #expect(wrong.effects == [] && wrong.message?.contains("'now' is not takeover") == true)
    #expect(executing("go-live takeover").effects == [])
  }

  /// A line for each command that `control` takes, and the status in which the console can do it.
  static let spoken: [(line: String, status: BroadcastStatus)] = [
    ("mute on", Samples.live), ("gain -3", Samples.live), ("camera test", Samples.live),
    ("microphone silence", Samples.live), ("inputs 1+2", Samples.live), ("bitrate 2500", Samples.live),
    ("adaptive off", Samples.live), ("bitrate-min 500k", Samples.live), ("delay-limit 2s", Samples.live),
    ("channel studio", Samples.idle), ("video 1280x720@30", Samples.idle), ("preset veryfast", Samples.idle),
    ("slate on", Samples.live), ("mark half time", Samples.live), ("metadata {}", Samples.onAir),
    ("reconnect", Samples.live), ("record on", Samples.live), ("snapshot", Samples.live),
    ("refresh-devices", Samples.live), ("refresh-channels", Samples.live), ("ivs-figures on", Samples.onAir),
    ("reload", Samples.live),
    ("go-live takeover", Samples.idle), ("stop", Samples.live),
  ]

  @Test("what control takes is typed here in the same words, and asks the same", arguments: spoken)
  func sameWords(line: String, status: BroadcastStatus) throws {
    // Going live and stopping ask first.
    #expect(executing(line, status, then: [.character("y")]).effects.intents == [try IntentGrammar.parse(line)])
  }

  @Test("every word of control is among them, and no command takes an argument of a word that is none")
  func everyWord() {
    let words = IntentGrammar.entries.map(\.word)
    #expect(words == Self.spoken.map { String($0.line.prefix { $0 != " " }) })
    for entry in KeymapEntry.table where entry.argument == .intent { #expect(words.contains(entry.command.rawValue)) }
  }

  @Test("Tab goes around what a word could become") func completion() {
    var reducer = Reducer(state: Samples.state(Samples.live))
    func text() -> String {
      if case .commandLine(let line) = reducer.state.dialogs.last { line.input.text } else { "" }
    }
    for key in [Key.character(":"), .paste("gain"), .tab] { _ = reducer.handle(.key(key)) }
    #expect(text() == "gain")
    _ = reducer.handle(.key(.tab))
    #expect(text() == "gain-up")
    for _ in 1...2 { _ = reducer.handle(.key(.tab)) }
    #expect(text() == "gain")
    for key in [Key.control("u"), .paste("vid"), .tab] { _ = reducer.handle(.key(key)) }
    #expect(text() == "video ")
    for key in [Key.control("u"), .paste("go-live "), .tab] { _ = reducer.handle(.key(key)) }
    #expect(text() == "go-live takeover")
    for key in [Key.control("u"), .paste("channel s"), .tab] { _ = reducer.handle(.key(key)) }
    #expect(text() == "channel studio")
  }

  @Test("Up brings back what was typed before") func history() {
    var reducer = Reducer(state: Samples.state(Samples.live))
    for line in ["mute", "slate on"] { _ = reducer.execute(line) }
    for key in [Key.character(":"), .up, .up] { _ = reducer.handle(.key(key)) }
    guard case .commandLine(let line) = reducer.state.dialogs.last else {
      Issue.record("no command line")
      return
    }
    #expect(line.input.text == "mute")
  }
}
