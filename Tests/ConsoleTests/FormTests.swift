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
      ("wss://host/v1", "goes on with"), ("wss://host/v1/publish/venue", nil),
      ("ws://host:3004/rtmps/h264/rtmps://host:443/app/", nil), ("wsx://host/v1", "wsx:// is no ingest"),
      ("RTMPS://Host/app", nil), ("rtmp://[::1]:1935/app", nil),
      ("rtm", "goes on"),
      ("http://host/app", "http:// is no ingest"), ("rtmpz://host/app", "meant rtmp"),
      ("rtmps:///app", "host is missing"), ("rtmps://host", "application is missing"),
      ("rtmps://host:99999/app", "port"), ("rtmps://host:x/app", "port"), ("rtmps://ho st/app", "no spaces"),
      ("rtmps://user:pw@host/app", "no user name"), ("hello", "begins with"),
      ("rtmps://host/app?key=sk_eu_1", "its own field"), ("rtmps://hö_st/app", "no host name"),
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

  @Test("line breaks in a paste are left out") func lineBreaks() {
    #expect(form([.tab, .tab, .paste("abc\r\ndef\n")])[.key].text == "abcdef")
  }

  @Test("a right form is a profile, trimmed") func profile() {
    let form = form([
      .paste(" stage "), .tab, .paste("rtmp://host/app "), .tab, .paste("secret"), .tab, .paste("https://host/a.m3u8"),
    ])
    #expect(
      form.profile()
        == .success(
          ChannelProfile(name: "stage", ingest: "rtmp://host/app", key: "secret", playbackURL: "https://host/a.m3u8")))
  }

  @Test("empty fields are wrong only once saving was tried") func missing() {
    var form = ChannelForm()
    #expect(ChannelForm.Field.allCases.allSatisfy { form.problem($0) == nil })
    #expect(form.profile() == .failure(ChannelForm.InvalidField(field: .name)))
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
    #expect(effects == [.intent(.saveChannel(profile))])
    #expect(reducer.state.dialogs.isEmpty)
    var text = ""
    dump(effects, to: &text)
    #expect(!(seen() + text + "\(effects)").contains("Geheimnis42"))
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
