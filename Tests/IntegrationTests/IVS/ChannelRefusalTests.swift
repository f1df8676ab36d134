import Foundation
import TestSupport
import Testing

@Suite("Commands on channels that cannot be done: one line and an exit code")
struct ChannelRefusalTests {
  @Test("what is wrong is said before the service is asked")
  func input() async throws {
    let fake = try await FakeIVS()
    let user = try AccountUser(fake.environment)
    for (arguments, exit, word) in [
      (["show", "arn:aws:ivs:us-west-2:12:channel/x"], 64, "not the ARN"),
      (["create", "two words"], 64, "two words"), (["create", "a", "--type", "fancy"], 64, "--type"),
      (["create", "a", "--type", "basic", "--preset", "higher-bandwidth"], 64, "--preset"),
      (["create", "a", "--tag", "x"], 64, "--tag"), (["create", "a", "--save", "local"], 78, "'local'"),
      (["metadata", "x"], 64, "--file"), (["sessions", "x", "--limit", "0"], 64, "--limit"),
      (["show", "no such/channel"], 66, "no such/channel"),
    ] as [([String], Int32, String)] {
      try await user.expectRefusal(arguments, exit: exit, word)
    }
    #expect(try await fake.requests().isEmpty)
  }

  @Test("no credentials, no region, no service, no right, a service that fails or answers nonsense")
  func service() async throws {
    let fake = try await FakeIVS(identities: [.readOnly])
    let channel = try #require(try await fake.createChannels(namePrefix: "room-").first)
    let user = try AccountUser(fake.environment)
    try await user.expectRefusal(
      ["list"], exit: 78, "credentials", without: ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
    try await user.expectRefusal(
      ["list"], exit: 69, "cannot connect",
      extra: ["AWS_ENDPOINT_URL_IVS": "http://127.0.0.1:\(try FreePort.find())"])
    try await user.expectRefusal(
      ["list"], exit: 77, "key pair", extra: ["AWS_ACCESS_KEY_ID": "AKIANOBODY"])
    let reader = try AccountUser(fake.environment(of: .readOnly))
    #expect(try await reader.channels("show", "room-0").contains(channel.arn))
    try await reader.expectRefusal(["save", "room-0"], exit: 77, "ivs:GetStreamKey", "channels policy")
    try await reader.expectRefusal(["create", "x"], exit: 77, "ivs:CreateChannel")
    #expect(reader.savedText.isEmpty)

    try await fake.fault(FakeIVS.Fault("ListStreams", error: "AccessDeniedException"))
    let listed = try await user.run(["list"])
    #expect(listed.text.contains(channel.arn) && listed.errorText.contains("ivs:ListStreams"))
    try await fake.fault(FakeIVS.Fault("GetMetricData", error: "AccessDeniedException"))
    let measured = try await user.run(["show", "room-0", "--metrics", "--json"])
    #expect(
      measured.termination == .exit(0) && measured.errorText.contains("cloudwatch:GetMetricData"),
      "\(measured.errorText)")
    try await fake.fault(FakeIVS.Fault("GetChannel", status: 200, body: "<html>"))
    try await user.expectRefusal(["show", channel.arn], exit: 76, "GetChannel")
    try await fake.fault(FakeIVS.Fault("ListChannels", error: "InternalServerException", times: 5))
    try await user.expectRefusal(["list"], exit: 75, "try again later")
  }

  @Test("Control-C ends a command that waits for the service at once")
  func interrupted() async throws {
    let server = try SilentServer()
    let user = try AccountUser([
      "AWS_ENDPOINT_URL_IVS": "http://127.0.0.1:\(server.port)", "AWS_REGION": "us-west-2",
      "AWS_ACCESS_KEY_ID": "AKIATEST", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_CONFIG_FILE": "/dev/null",
      "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    ])
    let process = try RunningProcess(
      try Product.ivsBroadcast(), ["channels", "list"], environment: user.environment)
    try await eventually("program that waits") { server.connections > 0 }
    process.signal(SIGINT)
    #expect(try await process.waitForExit(within: .seconds(2)) == .signal(SIGINT))
  }
}

@Suite("Commands on channels that ask first")
struct ChannelConsentTests {
  @Test("a channel is deleted only where its name is typed")
  func deletion() async throws {
    let fake = try await FakeIVS()
    let channel = try #require(try await fake.createChannels(namePrefix: "venue-").first)
    let user = try AccountUser(fake.environment)
    let terminal = try await Tmux(columns: 150, rows: 40)
    for (name, value) in user.environment { try await terminal.run("export \(name)='\(value)'") }
    try await terminal.run("clear")
    let line = "\(try Product.ivsBroadcast()) channels delete \(channel.arn); echo status=$?"
    try await terminal.run(line)
    try await terminal.wait(for: "Type 'venue-0' to go on:")
    try await terminal.run("yes")
    let refused = try await terminal.wait("the end") { $0.contains(/status=\d/) }
    #expect(refused.contains("status=77") && refused.contains("nothing was changed"), "\(refused)")
    #expect(try await fake.state().channels.count == 1)
    try await terminal.run("clear")
    try await terminal.run(line)
    try await terminal.wait(for: "Type 'venue-0' to go on:")
    try await terminal.press("C-c")
    // The shell gives up its whole line with the command.
    try await terminal.wait("the prompt") { $0.contains(/\^C\n\$/) }
    try await terminal.run("echo status=$?")
    try await terminal.wait(for: "\nstatus=130")
    try await terminal.run("clear")
    try await terminal.run(line)
    try await terminal.wait(for: "Type 'venue-0' to go on:")
    try await terminal.run("venue-0")
    let done = try await terminal.wait("the end") { $0.contains(/status=\d/) }
    #expect(done.contains("status=0") && done.contains("deleted venue-0"), "\(done)")
    #expect(try await fake.state().channels.isEmpty)
    try await fake.expectNoViolations()
  }
}
