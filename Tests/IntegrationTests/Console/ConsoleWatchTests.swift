import Foundation
import TestSupport
import Testing

@Suite("A console beside a broadcaster that runs already")
struct ConsoleWatchTests {
  @Test("read-only it watches that one and leaves it running; else it says that there is one and how to watch it")
  func watch() async throws {
    let (runtime, home, server) = (try TemporaryDirectory(), try TemporaryDirectory(), try await NginxRTMP())
    let environment = ["XDG_RUNTIME_DIR": runtime.url.path]
    let broadcast = try Broadcast(
      Broadcast.smallPicture + ["--channel", server.url, "--json-status", "-"], environment: environment)
    try await broadcast.waitUntilLive()

    let watching = try await ConsoleRun(["--read-only"], home: home, environment: environment)
    try await watching.waitUntilLive()
    let screen = try await watching.terminal.screen()
    #expect(screen.contains("READ-ONLY") && screen.contains("no preview here"), "\(screen)")
    #expect(!screen.contains(Broadcast.key))
    try await watching.terminal.press("q")
    try await watching.expectEnd(0)

    let beside = try await ConsoleRun(home: home, environment: environment)
    try await beside.waitForLog("another broadcaster (process \(broadcast.process.processIdentifier)) is live")
    try await beside.waitForLog("--read-only --control-socket \(runtime.url.path)")
    try await beside.terminal.press("q")
    try await beside.expectEnd(0)

    try await broadcast.waitForFrames(30)
    let lost = try await ConsoleRun(["--read-only"], home: home, environment: environment)
    try await lost.waitUntilLive()
    #expect(try await broadcast.process.stop() == .exit(0))
    try await lost.terminal.wait(for: "OFF AIR")
    try await lost.terminal.press("q")
    try await lost.expectEnd(0)
  }
}
