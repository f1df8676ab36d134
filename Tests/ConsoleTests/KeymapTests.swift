import Media
import Testing

@testable import Console

@Suite("Keymap") struct KeymapTests {
  @Test("the keys as they come mean one thing each") func defaults() throws {
    _ = try Keymap(remaps: [:])
    #expect(Set(KeymapEntry.table.map(\.command)).count == KeymapEntry.table.count)
    #expect(Set(KeymapEntry.table.map(\.command)) == Set(Command.allCases))
  }

  @Test("a key can be moved, and the one before is free then") func remap() throws {
    let keymap = try Keymap(remaps: ["mute": "F2 u", "qr": "m"])
    #expect(keymap.command(for: .function(2), in: .dashboard) == .mute)
    #expect(keymap.command(for: .character("u"), in: .dashboard) == .mute)
    #expect(keymap.command(for: .character("m"), in: .dashboard) == .code)
    #expect(keymap.keyName(.mute) == "F2")
  }

  @Test("a key that another command has can be taken once that one has none") func none() throws {
    let keymap = try Keymap(remaps: ["mute": "x", "clear-clip": "none"])
    #expect(keymap.command(for: .character("x"), in: .dashboard) == .mute)
    #expect(keymap.keys(.clearClip).isEmpty && keymap.keyName(.clearClip) == ":clear-clip")
  }

  @Test("an unknown command is named with the one that was meant") func unknownCommand() {
    #expect(throws: KeymapError.unknownCommand("mutte", suggestion: "mute")) { try Keymap(remaps: ["mutte": "m"]) }
  }

  @Test("an unknown key is named", arguments: ["ctrl-", "F13", "hyper-x", "", "mm"]) func unknownKey(text: String) {
    #expect(throws: KeymapError.unknownKey(command: "mute", key: text)) { try Keymap(remaps: ["mute": text]) }
  }

  @Test("two commands cannot have one key") func collision() {
    #expect(throws: KeymapError.collision(key: "b", first: "go-live", second: "mute")) {
      try Keymap(remaps: ["mute": "b"])
    }
    let error = KeymapError.collision(key: "b", first: "go-live", second: "mute")
    #expect(error.description == "b would mean both go-live and mute: give one of them another key, or none")
    #expect(error.commands == ["go-live", "mute"])
  }

  @Test("keys of dialogs stay") func fixed() {
    #expect(throws: KeymapError.fixed("yes")) { try Keymap(remaps: ["yes": "j"]) }
  }

  @Test("keys are read as they are written", arguments: KeymapEntry.table.flatMap(\.keys))
  func roundTrip(key: Key) {
    #expect(KeyText.key(KeyText.name(key)) == key)
  }

  @Test("where text is typed, letters are no commands") func text() {
    #expect(Keymap().command(for: .character("q"), in: .form) == nil)
    #expect(Keymap().command(for: .control("s"), in: .form) == .save)
  }

  @Test("The manual's table has a line for each command, with the operator's own keys") func markdown() throws {
    let markdown = try Keymap(remaps: ["mute": "F2"]).markdown
    let lines = markdown.split(separator: "\n")
    #expect(lines.count == KeymapEntry.table.count + 2)
    #expect(lines.contains { $0 == "| `F2` | `:mute [on\\|off]` | Sends silence, or sound again. |" })
    #expect(lines.allSatisfy { $0.replacing("\\|", with: "").filter { $0 == "|" }.count == 4 })
  }

  @Test("the footer shows whole hints, help and the way out first") func footer() {
    for columns in 12...200 {
      let hints = Footer(Samples.state(Samples.live), columns: columns).hints
      #expect(hints.allSatisfy { $0.column + $0.columns <= columns })
      #expect(hints.contains { $0.command == .help })
    }
    let narrow = Footer(Samples.state(Samples.live), columns: 30).hints.map(\.command)
    #expect(narrow.contains(.stop) && narrow.contains(.quit))
  }

  @Test("help finds commands by what they do") func help() {
    let found = Keymap().helpLines(in: Samples.state(Samples.live), filter: "silence")
    #expect(found.map(\.usage) == [":mute [on|off]"])
  }
}
