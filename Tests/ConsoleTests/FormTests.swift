import Interface
import Testing

@testable import Console

@Suite("The channel form") struct FormTests {
  private func form(_ keys: [Key]) -> ChannelForm {
    var form = ChannelForm()
    for key in keys {
      if key == .tab { form.move(by: 1) } else { _ = form.type(key) }
    }
    return form
  }

  @Test(
    "an ingest is judged while it is typed",
    arguments: [
      ("rtmps://host:443/app/", nil), ("rtmp://10.0.0.1/live", nil),
      ("wss://host/v1", "must continue with"), ("wss://host/v1/publish/venue", nil),
      ("ws://host:3004/rtmps/h264/rtmps://host:443/app/", nil), ("wsx://host/v1", "wsx:// is no ingest"),
      ("RTMPS://Host/app", nil), ("rtmp://[::1]:1935/app", nil),
      ("rtm", "must continue with ://host/app"),
      ("http://host/app", "http:// is no ingest"), ("rtmpz://host/app", "did you mean rtmp"),
      ("rtmps:///app", "host is missing"), ("rtmps://host", "application is missing"),
      ("rtmps://host:99999/app", "port"), ("rtmps://host:x/app", "port"), ("rtmps://ho st/app", "no spaces"),
      ("rtmps://user:pw@host/app", "no user name"),
      ("hello", "must begin with rtmps://, rtmp://, srt://, wss:// or ws://"),
      ("rtmps://host/app?key=sk_eu_1", "its own field"), ("rtmps://hö_st/app", "no host name"),
      ("rtmp://host/live/stage2", nil), ("rtmp://host/live/stage2/more", "goes on after /live"),
      ("rtmps://a1.global-contribute.live-video.net/app/more", "goes on after /app"),
    ] as [(String, String?)])
  func ingest(url: String, problem: String?) throws {
    let found = IngestAddress.problem(url)
    if let problem {
      #expect(try #require(found).contains(problem))
    } else {
      #expect(found == nil)
    }
  }

  @Test("a key in a pasted URL goes to its own field") func pasted() {
    let form = form([.tab, .paste("rtmps://host:443/app/sk_eu-west-1_abc")])
    #expect(form[.ingest].text == "rtmps://host:443/app/")
    #expect(form[.key].text == "sk_eu-west-1_abc")
    #expect(form.focus == .key)
    #expect(form.notice != nil)
  }

  @Test("so does one that is typed there") func typed() {
    let form = form([.tab] + "rtmps://h/app/sk_eu".map { .character($0) })
    #expect(form[.ingest].text == "rtmps://h/app/")
    #expect(form[.key].text == "sk_eu")
  }

  @Test("a name that is saved already is replaced only when it is saved again") func replaced() throws {
    var status = Samples.live
    var saved = Offers.Channel(name: "venue", kind: "custom", detail: "rtmp://10.0.0.1/live", hasKey: true)
    saved.playbackURL = nil
    status.offers.channels = [Offers.Channel(name: "local", kind: "local", detail: "", hasKey: true), saved]
    var person = Operator(status)
    _ = person.press(.character("N"), .paste("venue"), .tab, .paste("rtmp://10.0.0.2/live"), .tab, .paste("key"))
    #expect(person.press(.control("s")).intents == [])
    guard case .form(let form) = person.reducer.state.dialogs.last else { throw Missing() }
    #expect(form.notice?.contains("'venue' is saved already") ?? false)
    #expect(person.press(.control("s")).intents.count == 1)
  }

  private struct Missing: Error {}

  @Test("line breaks in a paste are left out") func lineBreaks() {
    #expect(form([.tab, .tab, .paste("abc\r\ndef\n")])[.key].text == "abcdef")
  }

  @Test("a right form is a profile, trimmed") func profile() {
    let form = form([
      .paste(" stage "), .tab, .paste("rtmp://host/app "), .tab, .paste("secret"), .tab, .paste("https://host/a.m3u8"),
    ])
    #expect(form.invalidField == nil)
    #expect(
      form.profile
        == ChannelProfile(name: "stage", ingest: "rtmp://host/app", key: "secret", playbackURL: "https://host/a.m3u8"))
  }

  @Test("empty fields are wrong only once saving was tried") func missing() {
    var form = ChannelForm()
    #expect(ChannelForm.Field.allCases.allSatisfy { form.problem($0) == nil })
    #expect(form.invalidField == .name)
    form.isSubmitted = true
    #expect(form.problem(.key) != nil)
    #expect(form.problem(.playback) == nil)
  }

  @Test("the key is in no description, dump or screen") func secret() {
    var reducer = Reducer(state: Samples.state(Samples.idle))
    let keys: [Key] = [
      .character("N"), .paste("stage"), .enter, .paste("rtmp://host/app"), .enter, .paste("Geheimnis42"),
    ]
    for key in keys { _ = reducer.handle(.key(key)) }
    func seen() -> String {
      var text = ""
      dump(reducer.state, to: &text)
      dump(reducer, to: &text)
      return text + String(describing: reducer.state) + String(reflecting: reducer.state)
        + Snapshot.glyphs(ConsoleView.screen(reducer.state))
    }
    #expect(!seen().contains("Geheimnis42"))
    _ = reducer.handle(.key(.enter))
    let effects = reducer.handle(.key(.enter))
    let profile = ChannelProfile(name: "stage", ingest: "rtmp://host/app", key: "Geheimnis42", playbackURL: "")
    #expect(effects.intents == [.saveChannel(profile)])
    #expect(!seen().contains("Geheimnis42"))
    _ = reducer.handle(.answered(1, .success(.done)))
    #expect(reducer.state.dialogs.isEmpty)
    var text = ""
    dump(effects, to: &text)
    #expect(!(seen() + text + "\(effects)").contains("Geheimnis42"))
  }

  /// A form that was sent.
  private func submitted() -> Operator {
    var person = Operator(Samples.idle)
    _ = person.press(
      .character("N"), .paste("stage"), .tab, .paste("wss://host/v1/publish/venue"), .tab, .paste("tw_secret"),
      .control("s"))
    return person
  }

  private func shownForm(_ person: Operator) -> ChannelForm? {
    if case .form(let form) = person.reducer.state.dialogs.last { form } else { nil }
  }

  @Test("it stays until the channel is saved; nothing is typed or sent twice meanwhile") func waiting() {
    var person = submitted()
    #expect(person.screen.contains("waiting for the answer"))
    #expect(person.press(.character("x"), .control("s"), .tab) == [])
    person.agree()
    #expect(person.reducer.state.dialogs.isEmpty && person.message == "channel stage saved and selected")
  }

  @Test(
    "a refusal stands beside its field, which gets the focus; all that was typed is still there",
    arguments: [("ingest", ChannelForm.Field.ingest), ("key", .key), ("name", .name)])
  func refusedField(field: String, focus: ChannelForm.Field) throws {
    var person = submitted()
    person.refuse("it cannot be like this", field: field)
    #expect(person.screen.contains("✖ it cannot be like this"))
    let form = try #require(shownForm(person))
    #expect(form.focus == focus && form.problem(focus) == "it cannot be like this")
    #expect(form.profile.key == "tw_secret" && form.profile.name == "stage")
    // Sent again as it is, it is asked again.
    #expect(person.press(.control("s")).intents.count == 1)
  }

  @Test("a refusal that is about no field stands below all of them") func refusedWhole() {
    var person = submitted()
    person.refuse("channels.yaml: the disk is full")
    #expect(person.screen.contains("✖ channels.yaml: the disk is full"))
    #expect(shownForm(person)?.profile.key == "tw_secret")
    #expect(person.press(.control("s")).intents.count == 1)
  }

  @Test("who closes it meanwhile is told the answer all the same") func closed() {
    var person = submitted()
    _ = person.press(.escape)
    #expect(person.reducer.state.dialogs.isEmpty)
    person.refuse("channels.yaml: the disk is full")
    #expect(person.message == "channels.yaml: the disk is full")
  }

  @Test("a channel is saved while live, and not selected") func whileLive() {
    var person = Operator(Samples.live)
    _ = person.press(.character("N"), .paste("stage"), .tab, .paste("rtmp://host/app"), .tab, .paste("k"))
    for text in ["Not encrypted: anyone on the network can read the", "Use rtmps:// or wss://."] {
      #expect(person.screen.contains(text), "\(person.screen)")
    }
    #expect(person.press(.control("s")).intents.count == 1)
    person.agree()
    #expect(person.message == "channel stage saved")
  }

  @Test("Esc asks before a filled form is thrown away") func discarded() {
    var person = Operator(Samples.idle)
    _ = person.press(.character("N"), .escape)
    #expect(person.reducer.state.dialogs.isEmpty, "nothing was typed")
    _ = person.press(.character("N"), .paste("stage"), .escape)
    #expect(person.screen.contains("Discard what was typed?"))
    _ = person.press(.character("n"))
    #expect(shownForm(person)?.profile.name == "stage")
    _ = person.press(.escape, .character("y"))
    #expect(person.reducer.state.dialogs.isEmpty)
  }

  @Test("Ctrl-E changes a saved channel; a key that is left empty stays") func edited() throws {
    var status = Samples.idle
    status.offers.channels[1].detail = "rtmps://host:443/app"
    status.offers.channels[1].playbackURL = "https://host/a.m3u8"
    var person = Operator(status)
    _ = person.press(.character("n"), .down, .control("e"))
    let form = try #require(shownForm(person))
    #expect(form.profile.name == "studio" && form.profile.ingest == "rtmps://host:443/app")
    #expect(person.screen.contains("Edit channel") && person.screen.contains("empty keeps the one that is saved"))
    let changed = ChannelProfile(
      name: "studio", ingest: "rtmps://host:443/app", key: "", playbackURL: "https://host/b.m3u8")
    #expect(
      person.press(.tab, .tab, .control("u"), .paste("https://host/b.m3u8"), .enter).intents == [
        .saveChannel(changed)
      ])
  }

  @Test("text is edited where the cursor is") func editing() {
    var input = TextInput("camera one")
    for key in [Key.home, .right, .character("X"), .end, .control("w"), .backspace] { _ = input.handle(key) }
    #expect(input.text == "cXamera")
    _ = input.handle(.control("u"))
    #expect(input.isEmpty)
    input.insert("e")
    input.insert("\u{301}x")
    #expect(input.cursor == input.text.count)
  }
}
