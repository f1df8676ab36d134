import Foundation
import TestSupport
import Testing

@Suite("An AWS account that is slow or away")
struct SlowAccountTests {
  @Test("keeps no other intent waiting; a stop while the channel is looked for is obeyed for good")
  func silent() async throws {
    let service = try await FakeIVS()
    let channel = try #require(try await service.createChannels().first)
    let silent = try SilentServer()
    let runtime = try TemporaryDirectory()
    let changes = [
      "XDG_RUNTIME_DIR": runtime.url.path, "AWS_ENDPOINT_URL_IVS": "http://127.0.0.1:\(silent.port)",
    ]
    let run = try await ConsoleRun(
      ["--channel", channel.arn], columns: 140, environment: service.environment.merging(changes) { $1 })
    try await run.waitUntilReady()
    func tell(_ words: String...) async throws -> Tool.Result {
      try await Tool.attempt(
        Product.ivsBroadcast(),
        words + ["--socket", runtime.file("ivs-broadcast/control.sock").path], within: .seconds(10))
    }
    let late = try await tell("control", "go-live")
    #expect(late.termination == .exit(75) && late.errorText.contains("it continues"), "\(late.errorText)")
    try await run.terminal.wait(for: "CONNECTING")
    #expect(try await tell("control", "go-live").errorText.contains("already on air"))
    #expect(try await tell("control", "mute", "on").termination == .exit(0))
    try await run.terminal.wait(for: "MUTED")
    try await run.terminal.press("e")
    try await run.answerYes()
    try await run.terminal.wait(for: "READY")
    #expect(try await tell("status").text.hasPrefix("○ READY"))
    try await run.terminal.press("q")
    try await run.expectEnd(0)
    #expect(run.log.contains("stopped before it went live") && !run.log.contains("notice live"), "\(run.log)")
  }

  @Test("is waited for with --keep-trying; a stop ends the waiting")
  func keepTrying() async throws {
    let service = try await FakeIVS()
    let channel = try #require(try await service.createChannels().first)
    let away = ["AWS_ENDPOINT_URL_IVS": "http://127.0.0.1:\(try FreePort.find())", "AWS_MAX_ATTEMPTS": "1"]
    let box = try Box(service, channel: channel.arn, ["--keep-trying"], environment: away)
    try await box.broadcast.process.waitForLine("a second attempt", in: [.standardError], within: .seconds(20)) {
      $0.contains("cannot be opened") && $0.contains("attempt=2")
    }
    #expect(try await box.stop() == .exit(0))
    let once = try Box(service, channel: channel.arn, environment: away)
    #expect(try await once.broadcast.process.waitForExit(within: .seconds(20)) == .exit(69))
  }

  @Test("a channel that was saved from it has its side there, and goes on air without it")
  func saved() async throws {
    let service = try await FakeIVS()
    let user = try AccountUser(service.environment)
    _ = try await service.createChannels(namePrefix: "room-")
    try await user.channels("save", "room-0", "stage")
    let home = ["HOME": user.home.url.path]
    let asked = try Box(service, channel: "stage", environment: home)
    try await asked.waitUntilOnAir()
    #expect(try await asked.ask(["control", "--socket", asked.socket, "metadata", "x"]).termination == .exit(0))
    #expect(try await asked.stop() == .exit(0))
    let away = ["AWS_ENDPOINT_URL_IVS": "http://127.0.0.1:\(try FreePort.find())", "AWS_MAX_ATTEMPTS": "1"]
    let alone = try Box(service, channel: "stage", ["--takeover"], environment: home.merging(away) { $1 })
    try await alone.broadcast.process.waitForLine(containing: "does not tell of 'stage'", within: .seconds(20))
    try await alone.broadcast.waitUntilLive()
    #expect(try await alone.stop() == .exit(0))
    try await service.expectNoViolations()
  }
}
