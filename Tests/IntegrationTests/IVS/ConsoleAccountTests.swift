import Foundation
import TestSupport
import Testing

@Suite("The console on an AWS account")
struct ConsoleAccountTests {
  private static func console(_ service: FakeIVS) async throws -> ConsoleRun {
    let run = try await ConsoleRun(
      ["--tls-ca-file", service.authority.path, "--log-level", "trace"], columns: 140, rows: 45,
      environment: service.environment)
    try await run.waitUntilReady()
    return run
  }

  @Test("a channel is found by typing, and shown on air when IVS shows it; metadata goes with it")
  func findAndGoLive() async throws {
    let service = try await FakeIVS()
    let channels = try await service.createChannels(count: 30, namePrefix: "venue-")
    // Somebody is live on another channel, which the menu tells.
    let other = try Box(service, channel: "venue-3")
    try await other.waitUntilOnAir()
    let run = try await Self.console(service)
    let terminal = run.terminal
    var screens: [String] = []
    try await terminal.press("n")
    screens.append(try await terminal.wait(for: "● live"))
    try await terminal.type("venue-17")
    screens.append(try await terminal.wait("one venue alone") { $0.contains("venue-17") && !$0.contains("venue-16") })
    try await terminal.press("Enter")
    try await terminal.wait("the dashboard") { $0.contains("venue-17") && !$0.contains("venue-17▏") }
    try await run.goLive()
    screens.append(try await terminal.wait(for: "ON AIR", within: .seconds(20)))
    screens.append(try await terminal.wait("IVS's panel") { $0.contains("HEALTHY") && $0.contains("Stream Start") })
    try await terminal.press("T")
    try await terminal.type("hello viewers")
    try await terminal.press("Enter")
    try await eventually("metadata at the service") {
      try await service.metadata().map(\.metadata) == ["hello viewers"]
    }
    #expect(try await service.sessions(named: "venue-17").last?.isLive == true)
    try await run.quit()
    try await run.expectEnd(0)
    let key = try #require(channels.first { $0.name == "venue-17" }?.streamKey)
    let secret = try #require(service.environment["AWS_SECRET_ACCESS_KEY"])
    for trace in screens + [run.log] { #expect(!trace.contains(key) && !trace.contains(secret)) }
    #expect(try await service.violations().isEmpty)
  }

  @Test("a channel is made in the account, chosen, and there at the next start")
  func create() async throws {
    let service = try await FakeIVS()
    let run = try await Self.console(service)
    let terminal = run.terminal
    try await terminal.press("n")
    try await terminal.wait(for: "0 channels")
    try await terminal.type("create")
    try await terminal.press("Enter")
    try await terminal.wait(for: "New channel in the AWS account")
    try await terminal.type("new-stage")
    try await terminal.press("C-s")
    try await eventually("made at the service") { try await service.state().channels.map(\.name) == ["new-stage"] }
    try await terminal.wait(for: "channel 'new-stage' made")
    try await terminal.press("q", until: "ended=")
    try await run.expectEnd(0)
    let arn = try #require(try await service.state().channels.first?.arn)
    #expect(try String(contentsOf: run.settingsFile, encoding: .utf8).contains(arn))
  }

  @Test("five thousand channels are there to be searched")
  func thousands() async throws {
    let service = try await FakeIVS()
    _ = try await service.createChannels(count: 5000, namePrefix: "stage-")
    let run = try await Self.console(service)
    let terminal = run.terminal
    try await terminal.press("n")
    try await terminal.wait(for: "5000 channels", within: .seconds(60))
    try await terminal.type("stage-4321")
    try await terminal.wait("the one that was typed") { $0.contains("stage-4321") && !$0.contains("stage-4320") }
    // The first one clears what was typed.
    try await terminal.press("Escape")
    try await terminal.wait(for: "type to filter")
    try await terminal.press("Escape")
    try await terminal.wait("the dashboard") { !$0.contains("type to filter") }
    try await terminal.press("q")
    try await run.expectEnd(0)
    #expect(try await service.violations().isEmpty)
  }
}
