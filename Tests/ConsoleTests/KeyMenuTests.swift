import Interface
import Testing

@testable import Console

@Suite("Keys are changed in the console") struct KeyMenuTests {
  /// The list of keys with the cursor on a command.
  private func menu(on command: Command, isReadOnly: Bool = false) -> Operator {
    var person = Operator(Samples.live, isReadOnly: isReadOnly)
    _ = person.press(.character("K"), .character("/"))
    _ = person.type(command.rawValue)
    _ = person.press(.enter)
    return person
  }

  @Test("a new key acts at once, is shown, and is kept; the list stays for the next one") func newKey() {
    var person = menu(on: .mute)
    #expect(person.press(.function(5)) == [.saveKeys(["mute": "F5"])])
    #expect(person.message == "mute: F5")
    #expect(person.screen.contains("F5"))
    #expect(person.press(.escape, .escape, .function(5)).intents == [.mute(true)])
  }

  @Test("a key that another command has is taken from it by Enter alone") func taken() {
    var person = menu(on: .mute)
    #expect(person.press(.character("x")) == [])
    #expect(person.screen.contains("x is already used for clear-clip."))
    #expect(person.press(.character("y")) == [], "any other key leaves it")
    #expect(person.press(.character("x"), .enter) == [.saveKeys(["mute": "x", "clear-clip": "none"])])
    #expect(person.message == "mute: x; clear-clip has no key now")
    // Once it is free, its owner has it again.
    #expect(person.press(.enter, .function(5)) == [.saveKeys(["mute": "F5"])])
    #expect(person.message == "mute: F5; clear-clip has x again")
    #expect(person.reducer.state.keymap.keys(.clearClip) == [.character("x")])
  }

  @Test("a command that is to have no key keeps none") func leftWithout() {
    var person = menu(on: .mute)
    #expect(person.press(.delete) == [.saveKeys(["mute": "none"])])
    #expect(person.message == "mute: none")
    #expect(person.press(.enter, .function(5)) == [.saveKeys(["mute": "F5"])])
  }

  @Test("Backspace brings the default back, Del leaves none, Esc changes nothing") func others() {
    var person = menu(on: .mute)
    #expect(person.press(.delete) == [.saveKeys(["mute": "none"])])
    #expect(person.press(.enter, .backspace) == [.saveKeys([:])])
    #expect(person.press(.enter, .escape) == [])
    #expect(person.reducer.state.keymap == Keymap())
  }

  @Test("keys that mean something elsewhere can be given too, a paste cannot") func oddKeys() {
    var person = menu(on: .mute)
    #expect(person.press(.enter) == [] && person.message?.hasPrefix("Enter opens") == true)
    #expect(person.press(.paste("abc")) == [] && person.message == "that cannot be a key")
    #expect(person.press(.control("g")) == [.saveKeys(["mute": "Ctrl-G"])])
    #expect(person.press(.enter, .character(" ")) == [.saveKeys(["mute": "Space"])])
    #expect(person.press(.enter, .control("c")) == [] && person.screen.contains("Ctrl-C is already used for quit"))
  }

  @Test("a default key that another command has got meanwhile is not taken back in silence") func backToTaken() {
    var person = menu(on: .mute)
    _ = person.press(.function(5))
    _ = person.press(.escape, .escape, .character("K"), .character("/"), .paste("snapshot"), .enter, .character("m"))
    _ = person.press(.escape, .character("K"), .character("/"), .paste("mute"), .enter)
    #expect(person.press(.backspace) == [])
    #expect(person.message == "m would mean both mute and snapshot: give one of them another key, or none")
  }

  @Test("a console that may only watch changes its keys for itself") func readOnly() {
    var person = menu(on: .help, isReadOnly: true)
    #expect(person.press(.function(2)) == [])
    #expect(person.message == "help: F2, in this console only")
  }

  @Test("what is kept makes the same keys again") func roundTrip() throws {
    var person = menu(on: .mute)
    _ = person.press(.character("x"), .enter)
    let keymap = person.reducer.state.keymap
    #expect(try Keymap(remaps: keymap.remaps) == keymap)
  }
}
