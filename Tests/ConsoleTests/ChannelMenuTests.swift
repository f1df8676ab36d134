import Interface
import Testing

@testable import Console

@Suite("The menu of channels") struct ChannelMenuTests {
  private static func status(_ count: Int) -> BroadcastStatus {
    var status = Samples.idleWithAccount
    status.offers.accountChannels = Samples.account(count)
    return status
  }

  private func titles(_ person: Operator) -> [String] {
    guard case .menu(let menu) = person.reducer.state.dialogs.last else { return [] }
    let list = menu.list(in: person.reducer.state)
    return list.indices.map { list[$0].title }
  }

  private func underCursor(_ person: Operator) -> String? {
    guard case .menu(let menu) = person.reducer.state.dialogs.last else { return nil }
    let list = menu.list(in: person.reducer.state)
    return menu.index(in: list).map { list[$0].title }
  }

  @Test("local comes first, then what is saved, what makes a new one, and the account's channels") func order() {
    var person = Operator(Self.status(9))
    _ = person.press(.character("n"))
    #expect(
      titles(person) == ["local", "studio", "backup", "New channel…", "Create in the account…"]
        + (0..<7).map { "venue-000\($0)" } + ["AbCd0007Ef", "venue-0008"])
  }

  @Test("what is typed finds at once, capitals or not; what is done rather than chosen comes last") func typing() {
    var person = Operator(Self.status(5000))
    _ = person.press(.character("n"))
    _ = person.type("NE")
    #expect(titles(person).first == "New channel…" || titles(person).last == "Create in the account…")
    _ = person.press(.control("u"))
    _ = person.type("Venue-49")
    #expect(titles(person).count == 98)
    #expect(titles(person).allSatisfy { $0.hasPrefix("venue-49") })
    #expect(underCursor(person) == "venue-4900")
    _ = person.press(.backspace, .backspace)
    #expect(titles(person).count == 4900)
  }

  @Test("letters that are keys elsewhere are text here, and the other keys stay keys") func keys() {
    var person = Operator(Self.status(5000))
    _ = person.press(.character("n"))
    _ = person.type("djkqgG?:")
    #expect(person.screen.contains("/djkqgG?:"))
    #expect(person.screen.contains("nothing matches"))
    #expect(person.press(.escape) == [])
    #expect(titles(person).count == 5005)
    #expect(person.press(.end, .up, .enter).intents == [.channel("\(Samples.arn)AbCd4998Ef")])
    person.agree()
    #expect(person.message == "channel: venue-4998")
    _ = person.press(.character("n"), .escape)
    #expect(person.reducer.state.dialogs.isEmpty)
  }

  @Test("a slash that begins the search elsewhere does no harm") func slash() {
    var person = Operator(Samples.idle)
    _ = person.press(.character("n"))
    _ = person.type("/stud")
    #expect(person.press(.enter).intents == [.channel("studio")])
  }

  @Test("the cursor goes to the first that begins with the text, not to one that has it inside") func best() {
    var status = Samples.idleWithAccount
    status.offers.accountChannels = ["backstage-1", "main", "stage-1"].map {
      Offers.Channel(name: $0, kind: "IVS BASIC", detail: "", hasKey: false)
    }
    var person = Operator(status)
    _ = person.press(.character("n"))
    _ = person.type("sta")
    #expect(titles(person) == ["studio", "backstage-1", "stage-1"], "studio is IVS STANDARD")
    #expect(underCursor(person) == "stage-1")
  }

  @Test("type, host and ARN are found too, and nothing that reaches over two of them") func everything() {
    var person = Operator(Self.status(60))
    _ = person.press(.character("n"))
    _ = person.type("advanced_hd")
    #expect(titles(person).count == 20)
    _ = person.press(.control("u"), .paste("\(Samples.arn)AbCd0007Ef"))
    #expect(titles(person) == ["AbCd0007Ef"])
    _ = person.press(.control("u"), .paste("a1b2c3d40031.gl"))
    #expect(titles(person) == ["venue-0031"])
    _ = person.press(.control("u"), .paste("venue-0001IVS"))
    #expect(titles(person) == [])
  }

  @Test("a short text is not looked for in hosts and ARNs, where a bit of everything is") func short() {
    var person = Operator(Self.status(60))
    _ = person.press(.character("n"))
    _ = person.type("b2")
    #expect(titles(person) == [])
    _ = person.type("c3d4e5")
    #expect(titles(person) == ["studio"])
  }

  @Test(
    "names in other scripts are found, composed or not",
    arguments: [("Café", "CAFE\u{301}"), ("Cafe\u{301}", "é"), ("СТУДИЯ", "студ"), ("配信", "信"), ("straße", "STRASSE")])
  func unicode(name: String, text: String) {
    let isFound = FoldedText(name).contains(FoldedText(text))
    #expect(isFound == contains(name, text))
    #expect(isFound || name == "straße")
  }

  @Test("an accent is part of its letter") func accents() {
    #expect(!FoldedText("cafe\u{301}").contains(FoldedText("e")))
    #expect(FoldedText("cafe\u{301}").begins(with: FoldedText("CAF")))
    #expect(!FoldedText("venue").contains(FoldedText("é")))
    #expect(FoldedText("venue").contains(FoldedText("")))
    #expect(!FoldedText("").contains(FoldedText("v")))
  }

  @Test("the cursor stays on its channel when the list grows, and goes to a neighbour when it is gone") func growing() {
    var person = Operator(Self.status(10))
    _ = person.press(.character("n"), .end, .up)
    #expect(underCursor(person) == "venue-0008")
    _ = person.reducer.handle(.status(Self.status(5000)))
    #expect(underCursor(person) == "venue-0008")
    _ = person.reducer.handle(.status(Self.status(3)))
    #expect(underCursor(person) == "local")
  }

  @Test("the chosen channel has the mark and the cursor, and is called by its name") func chosen() {
    var status = Self.status(5000)
    status.choice.channel = "\(Samples.arn)AbCd3003Ef"
    var person = Operator(status)
    #expect(person.screen.contains("READY  venue-3003"))
    _ = person.press(.character("n"))
    #expect(underCursor(person) == "venue-3003")
    #expect(person.screen.contains("▸✓ venue-3003"))
    status.offers.accountChannels = []
    _ = person.reducer.handle(.status(status))
    #expect(person.reducer.state.channelName == "AbCd3003Ef")
  }

  @Test("who is live has a sign and a word") func live() {
    var person = Operator(Self.status(12))
    _ = person.press(.character("n"))
    _ = person.type("venue-0002")
    #expect(person.screen.contains("● live"))
    _ = person.press(.backspace)
    _ = person.type("3")
    #expect(!person.screen.contains("● live"))
  }

  @Test("the account's state is said in a line") func account() {
    var status = Samples.idle
    var person = Operator(status)
    _ = person.press(.character("n"))
    #expect(person.screen.contains("No AWS account"))
    status.offers.account.state = .loading
    status.offers.account.region = "us-west-2"
    status.offers.accountChannels = Samples.account(50)
    _ = person.reducer.handle(.status(status))
    #expect(person.screen.contains("AWS us-west-2: looking for channels, 50 so far"))
    status.offers.account.state = .failed
    status.offers.account.problem = "ExpiredToken"
    _ = person.reducer.handle(.status(status))
    #expect(person.screen.contains("▲ AWS us-west-2: ExpiredToken; 50 channels known from before;"))
    status.offers.account.state = .ready
    _ = person.reducer.handle(.status(status))
    #expect(person.screen.contains("AWS us-west-2: 50 channels, 6 live; Ctrl-R looks again"))
  }

  @Test("Ctrl-R lists the account again, in the menu and outside") func refresh() {
    var person = Operator(Samples.idleWithAccount)
    #expect(person.press(.control("r")).intents == [.refreshChannels])
    #expect(person.press(.character("n"), .control("r")).intents == [.refreshChannels])
    #expect(person.reducer.state.dialogs.count == 1)
  }

  @Test("only what is saved can be removed, and only there the footer says so") func forgetting() {
    var person = Operator(Samples.idleWithAccount)
    _ = person.press(.character("n"), .down)
    #expect(person.screen.contains("Del remove"))
    _ = person.press(.up)
    #expect(!person.screen.contains("Del remove"))
    _ = person.press(.escape)
    #expect(person.press(.character("n"), .end, .delete) == [])
    #expect(person.message == "only saved channels can be removed")
  }

  @Test("the command line knows the account's channels by name and by ARN, and completes names") func commandLine() {
    var person = Operator(Self.status(5000))
    #expect(person.reducer.execute("channel venue-4321").intents == [.channel("\(Samples.arn)AbCd4321Ef")])
    let foreign = "arn:aws:ivs:us-east-1:210987654321:channel/Zz"
    #expect(person.reducer.execute("channel \(foreign)").intents == [.channel(foreign)])
    #expect(person.reducer.completions(of: "channel venue-432").count == 10)
    _ = person.press(.character(":"), .paste("channel venue-4321"))
    #expect(person.screen.contains("channel venue-4321"))
  }
}

@Suite("The form for a channel in the account") struct CreationFormTests {
  @Test("name, type and latency make a channel") func creation() {
    var person = Operator(Samples.idleWithAccount)
    _ = person.press(.character("n"))
    _ = person.type("create")
    #expect(person.press(.enter) == [])
    #expect(
      person.press(.paste("stage_2-b"), .tab, .right, .tab, .left, .enter).intents == [
        .createChannel(NewChannel(name: "stage_2-b", type: "BASIC", latencyMode: "NORMAL"))
      ])
    #expect(person.screen.contains("waiting for the answer"))
    person.refuse("the account has as many channels as it may")
    #expect(person.screen.contains("✖ the account has as many channels") && person.screen.contains("stage_2-b"))
    #expect(person.press(.control("s")).intents.count == 1)
    person.agree()
    #expect(person.reducer.state.dialogs.isEmpty && person.message == "channel stage_2-b created and selected")
  }

  @Test("choices go around") func choices() {
    var form = CreationForm()
    form.focus = .type
    var seen: [String] = []
    for _ in CreationForm.types {
      seen.append(form.value(.type).text)
      form.type(.left)
    }
    #expect(Set(seen) == ["STANDARD", "BASIC", "ADVANCED_SD", "ADVANCED_HD"])
    #expect(form.value(.type).text == "STANDARD")
  }

  @Test(
    "a name is letters, digits, - and _, at most 128",
    arguments: [
      ("", true), ("a-Z_09", true), (String(repeating: "a", count: 128), true),
      (String(repeating: "a", count: 129), false), ("two words", false), ("bühne", false), ("a.b", false),
    ])
  func name(text: String, isRight: Bool) {
    var person = Operator(Samples.idleWithAccount)
    let effects = person.press(.character("C"), .paste(text), .control("s"))
    #expect(effects.isEmpty != isRight)
    #expect(person.screen.contains("waiting for the answer") == isRight)
  }

  @Test("without an account it is refused in words, as a key and as an entry") func noAccount() {
    var person = Operator(Samples.idle)
    #expect(person.press(.character("C")) == [])
    #expect(person.message == "no AWS account is known here: it takes AWS credentials")
    #expect(person.press(.character("n"), .end, .enter) == [])
    #expect(person.message == "no AWS account is known here: it takes AWS credentials")
  }

  @Test("while something is live it is made and not selected; a filled form is not thrown away unasked") func live() {
    var person = Operator(Samples.onAir)
    #expect(person.press(.character("C"), .paste("stage"), .escape) == [])
    #expect(person.screen.contains("Discard what was typed?"))
    #expect(person.press(.character("n"), .control("s")).intents.count == 1)
    person.agree()
    #expect(person.message == "channel stage created")
  }
}
