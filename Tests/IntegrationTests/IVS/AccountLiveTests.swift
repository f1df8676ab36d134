import Foundation
import TestSupport
import Testing

@Suite("Live on a channel of the AWS account")
struct AccountLiveTests {
  @Test("by its name: sending, then on air with what IVS receives; metadata arrives, and no secret is left anywhere")
  func byName() async throws {
    let service = try await FakeIVS()
    let channels = try await service.createChannels(count: 3, namePrefix: "venue-")
    let channel = channels[1]
    try await service.setViewers(7, of: channel.arn)
    let box = try Box(service, channel: channel.name, ["--ivs-figures", "--json-status", "-"])
    try await box.broadcast.waitUntilLive()
    try await box.waitUntilOnAir()
    let first = box.broadcast.process.lines(of: .standardOutput).first { $0.contains("\"phase\":\"live\"") } ?? ""
    #expect(!first.contains("\"state\":\"live\""), "on air was said before IVS said so")
    try await eventually("healthy, with figures and viewers", within: .seconds(60)) {
      let health = try await box.health()
      return health?.state == "live" && health?.health == "HEALTHY" && health?.viewers == 7
        && health?.received?.framesPerSecond != nil
    }
    let health = try #require(try await box.health())
    #expect(health.found?.hasPrefix("320x180@30") == true, "\(health)")
    #expect(health.events.map(\.name).prefix(2) == ["Stream Start", "Session Created"])
    #expect(abs((health.received?.framesPerSecond ?? 0) - 30) < 3, "\(health)")
    #expect(abs((health.received?.keyframeSeconds ?? 0) - 2) < 0.5, "\(health)")
    #expect(health.divergence == nil && health.problem == nil)
    let words = try await box.ask(["status", "--socket", box.socket]).text
    #expect(words.contains("ON AIR") && words.contains("HEALTHY"), "\(words)")

    let told = try await box.ask(["control", "--socket", box.socket, "metadata", "{\"score\": [2, 1]}"])
    #expect(told.termination == .exit(0), "\(told.errorText)")
    try await eventually("metadata at the service") { try await service.metadata().count == 1 }
    #expect(try await service.metadata().first?.metadata == "{\"score\": [2, 1]}")

    let commandLine = try String(
      contentsOfFile: "/proc/\(box.broadcast.process.processIdentifier)/cmdline", encoding: .utf8)
    #expect(try await box.stop() == .exit(0))
    try await eventually("the end at the service") {
      try await service.sessions(named: channel.name).map(\.isActive) == [false]
    }
    let secrets = [channel.streamKey, try #require(service.environment["AWS_SECRET_ACCESS_KEY"])]
    let traces =
      box.log + box.broadcast.process.text(of: .standardOutput) + words + told.text + told.errorText + commandLine
    for secret in secrets { #expect(!traces.contains(secret)) }
    #expect(box.readableTraces(of: secrets) == [])
    #expect(try await service.violations().isEmpty)
  }

  @Test("a crash leaves nothing behind that holds a secret")
  func crash() async throws {
    let service = try await FakeIVS()
    let channel = try #require(try await service.createChannels(count: 1).first)
    let box = try Box(service, channel: channel.arn, ["--log-level", "trace", "--json-status", "-"])
    try await box.waitUntilOnAir()
    box.broadcast.process.signal(SIGSEGV)
    _ = try await box.broadcast.process.waitForExit(within: .seconds(60))
    let secrets = [channel.streamKey, try #require(service.environment["AWS_SECRET_ACCESS_KEY"])]
    let traces = box.log + box.broadcast.process.text(of: .standardOutput)
    for secret in secrets { #expect(!traces.contains(secret)) }
    #expect(box.readableTraces(of: secrets) == [])
  }

  @Test("a second box takes the stream over and the first gets it back: one session, and nobody fights")
  func takeover() async throws {
    let service = try await FakeIVS()
    let channel = try #require(try await service.createChannels(count: 1).first)
    let first = try Box(service, channel: channel.arn)
    try await first.waitUntilOnAir()
    let second = try Box(service, channel: channel.arn, ["--takeover"])
    try await second.waitUntilOnAir()
    try await first.broadcast.process.waitForLine(
      containing: "why it ended: another broadcaster took the stream over", within: .seconds(30))
    // The first goes on trying, far below: the second stays.
    try await eventually("the first is refused", within: .seconds(20)) { try await !service.state().refusals.isEmpty }
    let session = try #require(try await service.sessions(named: channel.name).last)
    #expect(session.takeovers == 1 && session.isActive)
    #expect(try await first.stop() == .exit(0))
    let back = try Box(service, channel: channel.arn, ["--takeover"])
    try await back.waitUntilOnAir()
    try await eventually("taken back") { try await service.sessions(named: channel.name).last?.takeovers == 2 }
    let sessions = try await service.sessions(named: channel.name)
    #expect(sessions.count == 1, "\(sessions.map(\.streamId))")
    #expect(sessions.first?.streamId == session.streamId)
    #expect(try await second.stop() == .exit(0))
    #expect(try await back.stop() == .exit(0))
    #expect(try await service.violations().isEmpty)
  }

  @Test("a channel that somebody else is live on refuses a second box, which is told so and how to take it over")
  func busy() async throws {
    let service = try await FakeIVS()
    let channel = try #require(try await service.createChannels(count: 1).first)
    let first = try Box(service, channel: channel.arn)
    try await first.waitUntilOnAir()
    let second = try await Broadcast.run(
      Broadcast.smallPicture + ["--channel", channel.arn, "--tls-ca-file", service.authority.path], key: nil,
      environment: service.environment)
    #expect(second.exit == .exit(77), "\(second.error)")
    #expect(
      second.error.lastFailure?.hasSuffix("another broadcaster is live on the channel: take it over with --takeover")
        == true, "\(second.error)")
    #expect(try await service.sessions(named: channel.name).map(\.takeovers) == [0])
    #expect(try await first.stop() == .exit(0))
  }

  @Test("a half-dead connection holds the channel, and the next one takes its place in the same stream")
  func halfDead() async throws {
    let service = try await FakeIVS()
    let channel = try #require(try await service.createChannels(count: 1).first)
    let box = try Box(service, channel: channel.arn)
    try await box.waitUntilOnAir()
    // From here on the service counts nothing of this connection, and does not see its end.
    try await service.act(.stall, on: channel.arn)
    #expect(try await box.ask(["control", "--socket", box.socket, "reconnect"]).termination == .exit(0))
    try await eventually("the next connection took its place", within: .seconds(20)) {
      let session = try await service.sessions(named: channel.name).last
      return session?.takeovers == 1 && session?.priority == 1
    }
    #expect(try await service.sessions(named: channel.name).count == 1)
    #expect(try await box.stop() == .exit(0))
  }

  @Test("what IVS wrote down of an end is told in words")
  func explained() async throws {
    let service = try await FakeIVS()
    let channel = try #require(try await service.createChannels(count: 1).first)
    let box = try Box(service, channel: channel.arn, ["--keep-trying"])
    try await box.waitUntilOnAir()
    try await service.act(.end, on: channel.arn, code: "MultitrackInputRequired")
    let line = try await box.broadcast.process.waitForLine(containing: "why it ended", within: .seconds(20))
    #expect(line.contains("the channel requires multitrack input"))
    #expect(try await box.stop() == .exit(0))
  }

  @Test("what breaks a limit of the channel is refused before anything is connected, with the nearest that fits")
  func limits() async throws {
    let service = try await FakeIVS()
    let channel = try #require(try await service.createChannels(count: 1, type: "BASIC").first)
    let run = try await Broadcast.run(
      ["--camera", "test", "--video", "1280x720@30", "--video-bitrate", "4000k", "--channel", channel.name], key: nil,
      environment: service.environment)
    #expect(run.exit == .exit(78))
    #expect(run.error.lastFailure?.contains("BASIC) takes at most 1500 kbit/s up to 480p and 3500") == true)
    #expect(run.error.contains("--video-bitrate 3250k"))
    #expect(try await service.sessions(named: channel.name).isEmpty)
  }

  @Test("a read-only policy shows the channel but not its key: that is said, and a key from a file does")
  func readOnly() async throws {
    let service = try await FakeIVS(identities: [.readOnly])
    let channel = try #require(try await service.createChannels(count: 1).first)
    let environment = service.environment(of: .readOnly)
    let refused = try await Broadcast.run(
      Broadcast.smallPicture + ["--channel", channel.arn], key: nil, environment: environment)
    #expect(refused.exit == .exit(77))
    #expect(refused.error.lastFailure?.contains("ivs:GetStreamKey") == true, "\(refused.error)")
    #expect(refused.error.lastFailure?.contains("--stream-key-file") == true)
    let box = try Box(service, channel: channel.arn, key: channel.streamKey, environment: environment)
    try await box.waitUntilOnAir()
    #expect(try await box.stop() == .exit(0))
    #expect(!box.log.contains(channel.streamKey))
  }

  @Test(
    "what is wrong with the account is one line and the right exit code",
    arguments: [
      (["AWS_SECRET_ACCESS_KEY": "wrong"], "venue", "AWS does not accept the credentials from environment", 77),
      (["AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""], "venue", "no AWS credentials", 78),
      (["AWS_REGION": "", "AWS_DEFAULT_REGION": ""], "venue", "no AWS region is known", 78),
      ([:], "nobody", "and the AWS account has none of that name", 78),
      ([:], "arn:aws:ivs:us-west-2:123456789012:channel/Nowhere00000", "no such channel or key", 66),
      ([:], "arn:aws:ivs:us-west-2:123456789012:stream-key/AbC", "is not the ARN of a channel", 64),
      (["AWS_ENDPOINT_URL_IVS": "http://127.0.0.1:1"], "venue", "127.0.0.1:1: cannot connect: Connection refused", 69),
    ] as [([String: String], String, String, Int32)])
  func wrong(changes: [String: String], channel: String, expected: String, status: Int32) async throws {
    let service = try await FakeIVS()
    _ = try await service.createChannels(count: 1, namePrefix: "venue")
    let run = try await Broadcast.run(
      Broadcast.smallPicture + ["--channel", channel], key: nil,
      environment: service.environment.merging(changes) { $1 })
    #expect(run.error.lastFailure?.contains(expected) == true, "\(run.error)")
    #expect(run.exit == .exit(status), "\(run.error)")
  }

  @Test("credentials that end in mid-stream are renewed by their source, and the stream does not notice")
  func renewal() async throws {
    let (old, new) = (
      FakeIVS.Identity(name: "old", accessKeyId: "ASIAOLD", secretAccessKey: "old-hidden", sessionToken: "token-old"),
      FakeIVS.Identity(name: "new", accessKeyId: "ASIANEW", secretAccessKey: "new-hidden", sessionToken: "token-new")
    )
    let service = try await FakeIVS(identities: [old, new])
    let channel = try #require(try await service.createChannels(count: 1).first)
    let folder = try TemporaryDirectory()
    func give(_ identity: FakeIVS.Identity) throws {
      try folder.write(
        """
        {"Version": 1, "AccessKeyId": "\(identity.accessKeyId)", "SecretAccessKey": "\(identity.secretAccessKey)", \
        "SessionToken": "\(identity.sessionToken ?? "")"}
        """, to: "credentials.json")
    }
    try give(old)
    let (given, child) = (folder.file("credentials.json").path, folder.file("environment").path)
    let script = try folder.write("env >\(child)\ncat \(given)\n", to: "child.sh").path
    let config = try folder.write(
      "[profile kiosk]\nregion = us-west-2\ncredential_process = sh \(script)\n", to: "config")
    let box = try Box(
      service, channel: channel.name, ["--profile", "kiosk"],
      environment: [
        "AWS_CONFIG_FILE": config.path, "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_SESSION_TOKEN": "",
        "AWS_REGION": "", "IVS_TRANSWRAP_TOKEN": "tw_notForChildren", "IVS_SRT_PASSPHRASE": "not for children",
      ])
    try await box.waitUntilOnAir()
    let inherited = try String(contentsOfFile: child, encoding: .utf8)
    #expect(inherited.contains("PATH=") && !inherited.contains("or children") && !inherited.contains("notForChildren"))
    try give(new)
    try await service.expire(old)
    try await eventually("asked with the new ones", within: .seconds(40)) {
      try await service.requests().contains { $0.identity == "new" && $0.status == 200 }
    }
    #expect(try await box.health()?.problem == nil)
    #expect(try await service.sessions(named: channel.name).count == 1)
    #expect(try await box.stop() == .exit(0))
    for secret in ["old-hidden", "new-hidden", "token-old", "token-new", channel.streamKey] {
      #expect(!box.log.contains(secret))
    }
  }

  @Test("a channel of which only the key is known gets the nearest ingest, or else the one for all regions")
  func anyIngest() async throws {
    let service = try await FakeIVS()
    let channel = try #require(try await service.createChannels(count: 1).first)
    let box = try Box(
      service, channel: "ivs", key: channel.streamKey,
      environment: ["IVS_FIND_INGEST_URL": "\(service.endpoint)/api/v2/FindIngest"])
    try await box.broadcast.waitUntilLive()
    try await eventually("live at the service", within: .seconds(15)) {
      try await service.sessions(named: channel.name).last?.isLive == true
    }
    #expect(try await box.stop() == .exit(0))
    let other = try await Broadcast.run(
      Broadcast.smallPicture + ["--channel", "ivs"], environment: ["IVS_FIND_INGEST_URL": "http://127.0.0.1:1/"])
    #expect(other.error.contains("FindIngest does not answer: the region-free ingest is used"))
  }

  @Test("a schedule sends its metadata by the clock of the broadcast")
  func schedule() async throws {
    let service = try await FakeIVS()
    let channel = try #require(try await service.createChannels(count: 1).first)
    let folder = try TemporaryDirectory()
    try folder.write("{\"score\": 3}\n", to: "score.json")
    let file = try folder.write("- {at: 2s, text: opening}\n- {every: 4s, file: score.json}\n", to: "schedule.yaml")
    let box = try Box(service, channel: channel.arn, ["--metadata-schedule", file.path])
    try await eventually("three pieces of metadata", within: .seconds(30)) { try await service.metadata().count >= 3 }
    #expect(try await service.metadata().prefix(3).map(\.metadata) == ["opening", "{\"score\": 3}", "{\"score\": 3}"])
    #expect(try await box.stop() == .exit(0))
    #expect(try await service.violations().isEmpty)
  }
}
