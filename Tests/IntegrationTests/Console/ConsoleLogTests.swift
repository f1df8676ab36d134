import Foundation
import TestSupport
import Testing

@Suite("The console's log and keys")
struct ConsoleLogTests {
  @Test("events of earlier days are read in the console, found by text and opened whole") func olderDays() async throws
  {
    let home = try TemporaryDirectory()
    let long = "camera lost: " + String(repeating: "an odd cable ", count: 12) + "at the very end"
    let lines = (0..<900).map { number in
      let day = number < 450 ? "2026-11-25" : "2026-11-26"
      return "\(day)T12:\(10 + number % 50):00+01:00 info a quiet minute \(number)\n"
    }
    _ = try home.folder(".local/state/ivs-broadcast")
    let file = ".local/state/ivs-broadcast/ivs-broadcast.log"
    try home.write(
      "2026-11-24T12:00:00Z notice the first line of all\n" + lines.prefix(300).joined()
        + "2026-11-25T18:00:00+01:00 error \(long)\n", to: file + ".1")
    try home.write(lines.suffix(600).joined(), to: file)
    let run = try await ConsoleRun(home: home)
    try await run.waitUntilReady()
    try await run.terminal.press("L")
    try await run.terminal.wait(for: home.file(file).path)
    try await run.terminal.wait(for: "a quiet minute 899")
    try await run.terminal.press("Home")
    try await run.terminal.wait(for: "the first line of all")
    try await run.terminal.press("E", "End", "Enter")
    try await run.terminal.wait("errors alone") { $0.contains("errors") && !$0.contains("quiet minute") }
    try await run.terminal.press("Enter")
    let screen = try await run.terminal.wait(for: "2026-11-25 18:00:00 +01:00")
    #expect(screen.contains("at the very end"), "\(screen)")
    try await run.terminal.press("C-c")
    try await run.expectEnd(0)
  }

  @Test("a key that is changed acts at once and in the next console, and check takes the file") func keys() async throws
  {
    let run = try await ConsoleRun()
    try await run.waitUntilReady()
    try await run.terminal.press("K", "/")
    try await run.terminal.type("mute")
    try await run.terminal.wait(for: "/mute")
    try await run.terminal.press("Enter")
    try await run.terminal.wait(for: "Press the new key.")
    try await run.terminal.press("F5")
    try await run.waitForLog("keys are kept in \(run.settingsFile.path)")
    try await run.terminal.press("Escape", until: " quit")
    try await run.terminal.press("F5")
    try await run.terminal.wait(for: "MUTED")
    try await run.terminal.press("C-c")
    try await run.expectEnd(0)
    #expect(try String(contentsOf: run.settingsFile, encoding: .utf8).hasSuffix("keys:\n  mute: 'F5'\n"))

    let next = try await ConsoleRun(settings: nil, home: run.home)
    try await next.waitUntilReady()
    try await next.terminal.press("F5")
    try await next.terminal.wait(for: "MUTED")
    try await next.terminal.press("q")
    try await next.expectEnd(0)
  }
}
