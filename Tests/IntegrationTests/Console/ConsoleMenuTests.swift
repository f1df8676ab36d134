import Foundation
import TestSupport
import Testing

@Suite("The console's menus, help and command line")
struct ConsoleMenuTests {
  @Test("the camera menu lists what stands in for a camera, and chooses it")
  func cameras() async throws {
    let run = try await ConsoleRun()
    let terminal = run.terminal
    try await run.waitUntilReady()
    try await terminal.press("c")
    let menu = try await terminal.wait(for: "no camera")
    for line in ["[Camera]", "auto", "the test pattern", "a black picture"] { #expect(menu.contains(line), "\(menu)") }
    try await terminal.press("Down", "Enter")
    try await terminal.wait("the dashboard") { !$0.contains("[Camera]") }
    try await eventually("the choice in the settings file") {
      try String(contentsOf: run.settingsFile, encoding: .utf8).contains("camera: 'none'")
    }
    try await terminal.press("c")
    try await terminal.wait("the mark at the new choice") { $0.contains(/✓ no camera/) }
  }

  @Test("the microphone menu filters with /, and Escape shows all again")
  func microphones() async throws {
    let run = try await ConsoleRun()
    let terminal = run.terminal
    try await run.waitUntilReady()
    try await terminal.press("i")
    try await terminal.wait(for: "[Microphone]")
    try await terminal.type("/silen")
    try await terminal.wait("one entry") { $0.contains("no microphone") && !$0.contains("the first microphone found") }
    try await terminal.press("Escape")
    try await terminal.wait(for: "the first microphone found")
    try await terminal.type("/silen")
    try await terminal.wait("one entry") { $0.contains("no microphone") && !$0.contains("the first microphone found") }
    try await terminal.press("Enter")
    try await eventually("the choice in the settings file") {
      try String(contentsOf: run.settingsFile, encoding: .utf8).contains("microphone: 'silence'")
    }
    // Silence that was wanted is a lamp, and no alarm.
    let screen = try await terminal.wait(for: "SILENCE")
    #expect(!screen.contains("SILENT for"), "\(screen)")
  }

  @Test("the filter knows an entry's SPEC too, which settings and the command line call it by")
  func specification() async throws {
    let run = try await ConsoleRun()
    try await run.waitUntilReady()
    try await run.terminal.press("c")
    try await run.terminal.wait(for: "[Camera]")
    try await run.terminal.type("/none")
    try await run.terminal.wait(for: "/none")
    // The list may still be on its way when the menu opens.
    try await run.terminal.wait(for: "no camera")
  }

  @Test("help lists every key, and a search shows the lines with a text in them")
  func help() async throws {
    let run = try await ConsoleRun()
    let terminal = run.terminal
    try await run.waitUntilReady()
    try await terminal.press("?")
    let all = try await terminal.wait(for: "[Keys]")
    for text in [":go-live", "Ends the broadcast; asks first. Now: not live."] { #expect(all.contains(text), "\(all)") }
    try await terminal.type("/bitrate")
    let found = try await terminal.wait("three lines") { $0.contains(":bitrate-up") && !$0.contains(":go-live") }
    #expect(found.contains("Sets the video bitrate, also while live."))
    try await terminal.press("Escape")
    try await terminal.wait(for: ":go-live")
    try await terminal.press("Escape")
    try await terminal.wait("the dashboard") { !$0.contains("[Keys]") }
  }

  @Test("two Escapes that arrive together close the search and the help")
  func twoEscapes() async throws {
    let run = try await ConsoleRun()
    try await run.waitUntilReady()
    try await run.terminal.type("?/bitrate")
    try await run.terminal.wait("three lines") { $0.contains(":bitrate-up") && !$0.contains(":go-live") }
    try await run.terminal.send(bytes: [0x1B, 0x1B])
    try await run.terminal.wait("the dashboard") { !$0.contains("[Keys]") }
  }

  @Test("the command line completes names and arguments, and says what is wrong")
  func commandLine() async throws {
    let run = try await ConsoleRun()
    let terminal = run.terminal
    try await run.waitUntilReady()
    try await terminal.type(":cam")
    try await terminal.press("Tab")
    try await terminal.wait(for: ":camera")
    try await terminal.type("no")
    try await terminal.press("Tab")
    try await terminal.wait(for: ":camera none")
    try await terminal.press("Enter")
    try await eventually("the choice in the settings file") {
      try String(contentsOf: run.settingsFile, encoding: .utf8).contains("camera: 'none'")
    }
    try await terminal.run(":go-lvie")
    try await terminal.wait(for: "Unknown command \"go-lvie\". Did you mean :go-live?")
    try await terminal.run(":camera nothing")
    try await terminal.wait(for: "'nothing' is not a valid camera")
  }

  @Test("--read-only refuses to go live or to change anything, and says why")
  func readOnly() async throws {
    // Beside no other broadcaster, which it would watch.
    let runtime = try TemporaryDirectory()
    let run = try await ConsoleRun(["--read-only"], environment: ["XDG_RUNTIME_DIR": runtime.url.path])
    let terminal = run.terminal
    try await run.waitUntilReady()
    #expect(try await terminal.screen().contains("READ-ONLY"))
    for key in ["b", "m", "R", "S"] {
      try await terminal.press(key)
      try await terminal.wait(for: "read-only: this console can't change anything")
    }
    try await terminal.run(":camera none")
    try await terminal.wait(for: "read-only: this console can't change anything")
    #expect(try await terminal.screen().contains("READY"))
    #expect(try run.files("mkv").isEmpty)
    #expect(try String(contentsOf: run.settingsFile, encoding: .utf8) == ConsoleRun.usualSettings)
    try await terminal.press("q")
    try await run.expectEnd(0)
  }
}
