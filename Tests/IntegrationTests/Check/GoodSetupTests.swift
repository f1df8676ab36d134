import Foundation
import TestSupport
import Testing

@Suite("check: a good set-up passes, and nothing goes on air")
struct GoodSetupTests {
  @Test("a channel of the account passes in every row; nobody publishes, and only questions are asked")
  func account() async throws {
    let fake = try await FakeIVS()
    let channel = try #require(try await fake.createChannels(namePrefix: "venue-").first)
    let folder = try TemporaryDirectory()
    let arguments = CheckRun.sources + ["--tls-ca-file", fake.authority.path, "--record", folder.url.path]
    let run = try await CheckRun(arguments + ["--channel", channel.arn], key: nil, environment: fake.environment)
    #expect(run.exit == .exit(0), "\(run.output)")
    #expect(run.report.ready && run.seconds < 15)
    #expect(Set(run.rows("skipped")) == ["proxy", "upload"])
    // The machine may be busy with other tests.
    #expect(Set(run.rows("warn")).isSubset(of: ["machine"]), "\(run.output)")
    // By name it is the same channel.
    let named = try await CheckRun(arguments + ["--channel", "venue-0"], key: nil, environment: fake.environment)
    #expect(named.exit == .exit(0), "\(named.output)")
    #expect(try named.row("channel").cause == run.row("channel").cause)

    for secret in [channel.streamKey, fake.environment["AWS_SECRET_ACCESS_KEY"] ?? "?"] {
      #expect(!run.output.contains(secret))
    }
    #expect(try await fake.violations().isEmpty)
    let asked = try await fake.requests().map(\.operation)
    #expect(asked.allSatisfy { $0.hasPrefix("Get") || $0.hasPrefix("List") }, "\(asked)")
    #expect(try await fake.sessions(of: channel.arn).isEmpty)
    #expect(try await fake.state().refusals.isEmpty)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
  }

  @Test("a given key does where the account does not show it")
  func givenKey() async throws {
    let fake = try await FakeIVS(identities: [.readOnly])
    let channel = try #require(try await fake.createChannels().first)
    let run = try await CheckRun(
      CheckRun.sources + ["--channel", channel.arn, "--tls-ca-file", fake.authority.path], key: channel.streamKey,
      environment: fake.environment(of: .readOnly))
    #expect(run.exit == .exit(0), "\(run.output)")
    #expect(!run.output.contains(channel.streamKey))
  }

  @Test("a saved channel with an ARN is held against its limits; an account that is away does not stop it")
  func saved() async throws {
    let fake = try await FakeIVS()
    let channel = try #require(try await fake.createChannels(type: "BASIC").first)
    let folder = try TemporaryDirectory()
    try Data(
      "venue:\n  ingest: rtmps://\(channel.ingestEndpoint)/app\n  key: \(channel.streamKey)\n  arn: \(channel.arn)\n"
        .utf8
    ).write(to: try folder.folder("ivs-broadcast").appending(path: "channels.yaml"))
    let environment = fake.environment.merging(["XDG_CONFIG_HOME": folder.url.path]) { $1 }
    let arguments = CheckRun.sources + ["--channel", "venue", "--tls-ca-file", fake.authority.path]
    let good = try await CheckRun(arguments, key: nil, environment: environment)
    #expect(good.exit == .exit(0), "\(good.output)")
    #expect(try good.row("limits").verdict == "pass" && good.row("live").verdict == "pass")
    let much = try await CheckRun(
      arguments + ["--video", "1280x720@30", "--video-bitrate", "4000k"], key: nil, environment: environment)
    #expect(much.rows("fail") == ["limits"], "\(much.output)")
    let away = try await CheckRun(
      arguments, key: nil, environment: environment.merging(["AWS_ENDPOINT_URL_IVS": "http://127.0.0.1:1"]) { $1 })
    #expect(away.exit == .exit(0), "\(away.output)")
    #expect(try away.row("account").verdict == "warn")
    #expect(!(good.output + much.output + away.output).contains(channel.streamKey))
  }

  @Test("a channel that is live fails, unless it is to be taken over")
  func live() async throws {
    let fake = try await FakeIVS()
    let channel = try #require(try await fake.createChannels().first)
    let arguments = ["--channel", channel.arn, "--tls-ca-file", fake.authority.path]
    let broadcast = try Broadcast(Broadcast.smallPicture + arguments, key: nil, environment: fake.environment)
    try await eventually("live stream", within: .seconds(20)) {
      try await fake.sessions(of: channel.arn).last?.isLive == true
    }
    let run = try await CheckRun(CheckRun.sources + arguments, key: nil, environment: fake.environment)
    #expect(run.exit == .exit(69), "\(run.output)")
    let row = try run.row("live")
    #expect(row.verdict == "fail" && row.remedy?.contains("--takeover") == true)
    let over = try await CheckRun(
      CheckRun.sources + arguments + ["--takeover"], key: nil, environment: fake.environment)
    #expect(over.exit == .exit(0), "\(over.output)")
    #expect(try over.row("live").verdict == "warn")
    #expect(try await broadcast.process.stop() == .exit(0))
  }

  @Test("--upload sends test pictures to the real ingest, measures them and ends")
  func upload() async throws {
    let fake = try await FakeIVS()
    let channel = try #require(try await fake.createChannels().first)
    let run = try await CheckRun(
      CheckRun.sources + ["--channel", channel.arn, "--tls-ca-file", fake.authority.path, "--upload"], key: nil,
      environment: fake.environment)
    #expect(run.exit == .exit(0), "\(run.output)")
    #expect(try run.row("upload").cause.contains("acknowledged"))
    let session = try #require(try await fake.sessions(of: channel.arn).last)
    #expect(session.frames > 90 && session.keyFrames >= 3)
    try await eventually("end of the stream") { try await fake.sessions(of: channel.arn).last?.isActive == false }

    let refused = try await NginxRTMP()
    try await CheckRun.expect(
      "upload", exit: 77, "127.0.0.1:\(refused.port)",
      in: CheckRun.sources + ["--channel", "rtmp://127.0.0.1:\(refused.port)/refused", "--upload"])
  }

  @Test("the local channel is checked without a network, and an upload to it leaves nothing behind")
  func local() async throws {
    let run = try await CheckRun(CheckRun.sources + ["--upload"], key: nil)
    #expect(run.exit == .exit(0), "\(run.output)")
    #expect(Set(run.rows("skipped")).isSuperset(of: ["dns", "tcp", "tls", "credentials", "account"]))
    #expect(try run.row("upload").cause.contains("acknowledged"))
  }

  @Test("for people: a line with sign and word for each row, and the verdict last")
  func text() async throws {
    let good = try await CheckRun.run(CheckRun.sources, key: nil, isJSON: false)
    let lines = good.standardOutput.split(separator: "\n").map(String.init)
    #expect(good.exit == .exit(0))
    #expect(lines.contains { $0.hasPrefix("✓ pass  camera ") }, "\(lines)")
    #expect(lines.last?.contains("ready to go live") == true)
    #expect(!good.standardOutput.contains("\u{1B}"))
    let bad = try await CheckRun.run(
      ["--camera", "/dev/video99", "--microphone", "test"], key: nil, isJSON: false)
    #expect(bad.exit == .exit(66))
    #expect(bad.standardOutput.contains("✗ FAIL  camera ") && bad.standardOutput.contains("→ "))
    #expect(bad.standardOutput.contains("✗ 1 problem"))
  }

  @Test("on a terminal the running rows are shown in a living line, in colour")
  func terminal() async throws {
    let silent = try SilentServer()
    let run = try await CheckRun.run(
      CheckRun.sources + ["--channel", "rtmps://127.0.0.1:\(silent.port)/app"], isJSON: false,
      isOnTerminal: true)
    #expect(run.standardOutput.contains("… TLS") || run.standardOutput.contains(", TLS"), "\(run.standardOutput)")
    #expect(run.standardOutput.contains("\u{1B}[1;37;41m✗ FAIL\u{1B}[0m"))
    #expect(run.exit == .exit(76))
  }
}
