import TestSupport
import Testing

@Suite("Typing at a real terminal") struct TypingTests {
  @Test(
    "a key is one event",
    arguments: [
      ("a", "character(\"a\")"), ("é", "character(\"é\")"), ("Enter", "enter"), ("Escape", "escape"), ("Tab", "tab"),
      ("BTab", "backTab"), ("BSpace", "backspace"), ("DC", "delete"), ("IC", "insert"), ("Up", "up"), ("Down", "down"),
      ("Left", "left"), ("Right", "right"), ("Home", "home"), ("End", "end"), ("PPage", "pageUp"),
      ("NPage", "pageDown"), ("F1", "function(1)"), ("F5", "function(5)"), ("F12", "function(12)"),
      ("C-a", "control(\"a\")"), ("M-x", "alt(\"x\")"), ("C-Up", "up"),
    ])
  func keys(key: String, event: String) async throws {
    let demo = try await Demo()
    try await demo.tmux.press(key)
    let screen = try await demo.tmux.wait(for: "event ")
    #expect(screen.contains("event \(event)\n"))
    #expect(screen.split(separator: "\n").count { $0.hasPrefix("event ") } == 1)
  }

  @Test("a paste of several lines is one event") func paste() async throws {
    let demo = try await Demo()
    try await demo.tmux.paste("first\nsecond\tq")
    let screen = try await demo.tmux.wait(for: "event paste")
    #expect(screen.contains("event paste first\\nsecond"))
    try await demo.tmux.press("q")
    try await demo.tmux.wait(for: "left cleanly")
  }

  @Test("the mouse points at cells") func mouse() async throws {
    let demo = try await Demo()
    #expect(try await demo.tmux.fact("mouse_any_flag") == "1")
    try await demo.tmux.send(bytes: Array("\u{1B}[<0;5;3M\u{1B}[<0;5;3m\u{1B}[<65;6;4M".utf8))
    let screen = try await demo.tmux.wait(for: "wheelDown")
    #expect(screen.contains("column: 4, row: 2"))
  }
}
