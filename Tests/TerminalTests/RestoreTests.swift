import TestSupport
import Testing

@Suite("The terminal is left as it was") struct RestoreTests {
  @Test("after quitting") func quit() async throws {
    let demo = try await Demo()
    #expect(try await demo.tmux.fact("alternate_on") == "1")
    try await demo.tmux.press("q")
    try await demo.tmux.wait(for: "left cleanly")
    #expect(try await demo.isSane())
  }

  @Test("after a fatal signal", arguments: ["SEGV", "ABRT", "BUS", "ILL", "FPE", "TRAP"])
  func signal(name: String) async throws {
    let demo = try await Demo()
    try await demo.signal(name)
    try await demo.tmux.wait(for: "TerminalDemo crashed (SIG\(name)); the log is in /tmp/demo.log")
    #expect(try await demo.isSane())
  }

  @Test("after a programmer's mistake") func trap() async throws {
    let demo = try await Demo()
    try await demo.tmux.press("t")
    try await demo.tmux.wait(for: "TerminalDemo crashed (SIG")
    #expect(try await demo.isSane())
  }

  @Test("while suspended, and taken again with fg") func suspend() async throws {
    let demo = try await Demo()
    try await demo.tmux.press("C-z")
    try await demo.tmux.wait(for: "Stopped")
    #expect(try await demo.isSane())
    try await demo.tmux.run("fg")
    try await demo.tmux.wait(for: "resumed")
    #expect(try await demo.tmux.fact("alternate_on") == "1")
    #expect(try await demo.tmux.fact("cursor_flag") == "1")
    try await demo.tmux.press("Up")
    try await demo.tmux.wait(for: "event up")
    try await demo.tmux.press("q")
    try await demo.tmux.wait(for: "left cleanly")
    #expect(try await demo.isSane())
  }

  @Test("a script that started it stops with it") func script() async throws {
    let demo = try await Demo(command: "bash -c '\(Demo.path); echo script ends'")
    try await demo.tmux.press("C-z")
    try await demo.tmux.wait(for: "Stopped")
    #expect(try await demo.isSane())
    try await demo.tmux.run("fg")
    try await demo.tmux.wait(for: "resumed")
    try await demo.tmux.press("q")
    try await demo.tmux.wait(for: "\nscript ends")
  }

  @Test("in the background nothing is drawn over the shell") func background() async throws {
    let demo = try await Demo()
    try await demo.tmux.press("C-z")
    try await demo.tmux.wait(for: "Stopped")
    try await demo.tmux.run("bg; echo in background")
    try await demo.tmux.wait(for: "\nin background")
    #expect(try await demo.isSane())
    try await demo.tmux.run("fg")
    try await demo.tmux.wait(for: "paints ok")
    try await demo.tmux.press("q")
    try await demo.tmux.wait(for: "left cleanly")
    #expect(try await demo.isSane())
  }
}
