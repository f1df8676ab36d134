import Foundation
import TestSupport
import Testing

@Suite("check: a broken set-up fails in its own row, and in no other")
struct BrokenSetupTests {
  @Test("sources: no such camera, no such microphone, a file that is no film")
  func sources() async throws {
    let folder = try TemporaryDirectory()
    let text = try folder.write("not a film\n", to: "film.mp4")
    let small = ["--video", "320x180@30", "--record", folder.url.path]
    try await CheckRun.expect(
      "camera", exit: 66, "/dev/video99", "ivs-broadcast devices",
      in: ["--camera", "/dev/video99", "--microphone", "test"] + small)
    try await CheckRun.expect(
      "microphone", exit: 66, "name:nobody", "ivs-broadcast devices",
      in: ["--camera", "test", "--microphone", "name:nobody"] + small)
    try await CheckRun.expect(
      "camera", exit: 65, "film.mp4", "convert it",
      in: ["--camera", "file:\(text.path)", "--microphone", "test"] + small)
  }

  @Test("this machine: settings, encoder, disk")
  func machine() async throws {
    let folder = try TemporaryDirectory()
    let typo = try folder.write("camera: test\nmicrofone: test\n", to: "typo.yaml")
    try await CheckRun.expect(
      "settings", exit: 78, "typo.yaml:2", "did you mean 'microphone'", in: ["--config", typo.path])
    for (keys, line, words) in [
      ("mut: x", 3, "did you mean 'mute'"), ("mute: F13q", 3, "'F13q' is no key"),
      ("mute: x", 3, "both mute and clear-clip"),
    ] {
      let file = try folder.write("camera: test\nkeys:\n  \(keys)\n", to: "keys.yaml")
      try await CheckRun.expect("settings", exit: 78, "keys.yaml:\(line): keys: ", words, in: ["--config", file.path])
    }
    let schedule = try folder.write("- at: soon\n  text: x\n", to: "schedule.yaml")
    try await CheckRun.expect(
      "settings", exit: 78, "schedule.yaml:1", in: CheckRun.sources + ["--metadata-schedule", schedule.path])
    try await CheckRun.expect("settings", exit: 64, "--video", in: ["--camera", "test", "--video", "4096x2160@30"])
    try await CheckRun.expect(
      "encoder", exit: 69, "h264_nvenc", "libx264",
      in: CheckRun.sources + ["--video-encoder", "h264_nvenc", "--record", folder.url.path])
    try await CheckRun.expect(
      "recording", exit: 73, "/proc/recordings", "--record",
      in: CheckRun.sources + ["--record", "/proc/recordings"])
  }

  @Test("a mistyped channel: the saved ones are offered, and nothing is said of credentials")
  func mistypedChannel() async throws {
    let folder = try TemporaryDirectory()
    try Data("venue:\n  ingest: 'rtmp://127.0.0.1:1935/app'\n  key: 'some-key'\n".utf8)
      .write(to: try folder.folder("ivs-broadcast").appending(path: "channels.yaml"))
    let environment = ["XDG_CONFIG_HOME": folder.url.path]
    let run = try await CheckRun(CheckRun.sources + ["--channel", "vanue"], environment: environment)
    #expect(run.exit == .exit(78), "\(run.output)")
    let row = try run.row("channel")
    #expect(row.cause.hasPrefix("no channel 'vanue' is saved (there are local, venue)"), "\(row)")
    #expect(row.remedy == "did you mean 'venue'?")
    #expect(try run.row("credentials").verdict == "skipped")
  }

  @Test("the port of the local channel's player is taken: a failure where it was asked for, else a warning")
  func playbackPort() async throws {
    let taken = try SilentServer()
    try await CheckRun.expect(
      "channel", exit: 69, "127.0.0.1:\(taken.port)", "--playback-port",
      in: CheckRun.sources + ["--playback-port", "\(taken.port)"])
  }

  @Test("the route to an ingest: unknown host, closed port, certificates, silence")
  func road() async throws {
    func arguments(_ url: String, _ extra: [String] = []) -> [String] { CheckRun.sources + ["--channel", url] + extra }
    try await CheckRun.expect(
      "dns", exit: 68, "ingest.invalid", "spelling", in: arguments("rtmps://ingest.invalid:443/app"))
    let port = try FreePort.find()
    try await CheckRun.expect(
      "tcp", exit: 69, "127.0.0.1:\(port)", "refused", in: arguments("rtmp://127.0.0.1:\(port)/app"))

    let server = try await NginxRTMP()
    let authority = try await CertificateAuthority()
    let trust = ["--tls-ca-file", authority.certificate.path]
    let good = try await TLSFront(forwardingTo: server.port, certificate: try await authority.issue(for: ["localhost"]))
    let other = try await TLSFront(
      forwardingTo: server.port, certificate: try await authority.issue(for: ["elsewhere.example"]))
    let old = try await TLSFront(
      forwardingTo: server.port, certificate: try await authority.issue(for: ["localhost"], validity: .expired))
    let run = try await CheckRun(arguments("rtmps://localhost:\(good.port)/live", trust))
    #expect(run.exit == .exit(0), "\(run.output)")
    #expect(try run.row("tls").cause.contains("days"))
    try await CheckRun.expect(
      "tls", exit: 76, "authority", "tls-ca-file", in: arguments("rtmps://localhost:\(good.port)/live"))
    try await CheckRun.expect(
      "tls", exit: 76, "another host", in: arguments("rtmps://localhost:\(other.port)/live", trust))
    try await CheckRun.expect("tls", exit: 76, "expired", in: arguments("rtmps://localhost:\(old.port)/live", trust))
    try await CheckRun.expect(
      "tls", exit: 76, "rtmp://", in: arguments("rtmps://localhost:\(server.port)/live", trust))
    let silent = try SilentServer()
    try await CheckRun.expect("tls", exit: 76, "TLS", in: arguments("rtmps://127.0.0.1:\(silent.port)/app"))
    try await CheckRun.expect(
      "key", exit: 78, "--stream-key-file", in: arguments("rtmps://localhost:\(good.port)/live", trust), key: nil)
    let srt = try await CheckRun(arguments("srt://127.0.0.1:\(port)"))
    #expect(srt.exit == .exit(0), "\(srt.output)")
    #expect(try srt.row("tcp").verdict == "skipped" && srt.row("dns").verdict == "pass")
    // Nobody was published to.
    #expect(try server.recordings(of: Broadcast.key).isEmpty)
  }

  @Test("the account: no credentials, wrong ones, no right to the key, no such channel, too much for it, no answer")
  func account() async throws {
    let fake = try await FakeIVS(identities: [.readOnly])
    let channel = try #require(try await fake.createChannels().first)
    let basic = try #require(try await fake.createChannels(namePrefix: "basic-", type: "BASIC").first)
    let trust = ["--tls-ca-file", fake.authority.path]
    let wanted = CheckRun.sources + ["--channel", channel.arn] + trust
    try await CheckRun.expect("credentials", exit: 78, "credentials", in: wanted, key: nil)
    try await CheckRun.expect(
      "account", exit: 77, "key pair", in: wanted, key: nil,
      environment: fake.environment.merging(["AWS_SECRET_ACCESS_KEY": "wrongSecret"]) { $1 })
    try await CheckRun.expect(
      "key", exit: 77, "ivs:GetStreamKey", "--stream-key-file", in: wanted, key: nil,
      environment: fake.environment(of: .readOnly))
    let silent = try SilentServer()
    try await CheckRun.expect(
      "account", exit: 75, "no answer", in: wanted, key: nil,
      environment: fake.environment.merging(["AWS_ENDPOINT_URL_IVS": "http://127.0.0.1:\(silent.port)"]) { $1 })
    try await CheckRun.expect(
      "channel", exit: 66, "no such channel", in: CheckRun.sources + ["--channel", "\(channel.arn)gone"], key: nil,
      environment: fake.environment)
    try await CheckRun.expect(
      "channel", exit: 78, "nobody", in: CheckRun.sources + ["--channel", "nobody"], key: nil,
      environment: fake.environment)
    try await CheckRun.expect(
      "limits", exit: 78, "BASIC", "--video-bitrate",
      in: ["--camera", "test", "--video-bitrate", "4000k", "--channel", basic.arn] + trust, key: nil,
      environment: fake.environment)
  }

  @Test("a clock that is an hour off, and one that is a minute off")
  func clock() async throws {
    let fake = try await FakeIVS()
    let hour = try await OddClock(ahead: 3600, ingestPort: fake.ingestPort)
    let arguments = CheckRun.sources + ["--channel", "ivs", "--tls-ca-file", fake.authority.path]
    try await CheckRun.expect(
      "clock", exit: 71, "behind", "timedatectl", in: arguments, environment: ["IVS_FIND_INGEST_URL": hour.url])
    // The account's own clock: what is asked of it is signed by that one, and only its row fails.
    let channel = try #require(try await fake.createChannels().first)
    try await fake.post("settings", ["clockAhead": -3600])
    try await CheckRun.expect(
      "clock", exit: 71, "ahead of", "timedatectl",
      in: CheckRun.sources + ["--channel", channel.arn, "--tls-ca-file", fake.authority.path], key: nil,
      environment: fake.environment)
    let minute = try await OddClock(ahead: 60, ingestPort: fake.ingestPort)
    let run = try await CheckRun(arguments, environment: ["IVS_FIND_INGEST_URL": minute.url])
    #expect(run.exit == .exit(0), "\(run.output)")
    #expect(try run.row("clock").verdict == "warn")
  }

  @Test("a proxy's URL behind which there is none, and a proxy beside a direct road that is closed")
  func proxy() async throws {
    let ingest = try await NginxRTMP()
    let proxy = try await Proxy([("venue", ingest.url, Proxy.key)])
    let closed = "rtmp://127.0.0.1:\(try FreePort.find())/live"
    let page = try await OddClock(ahead: 0, ingestPort: 1)
    let there = page.url.replacing("http", with: "ws") + "v1/publish/venue"
    let token = ["--token-file", proxy.tokenFile]
    let good = try await CheckRun(CheckRun.sources + ["--channel", proxy.url("venue")] + token, key: nil)
    #expect(good.exit == .exit(0), "\(good.output)")
    #expect(try good.row("proxy").verdict == "pass")
    try await CheckRun.expect("proxy", exit: 76, "ivs-transwrap", in: CheckRun.sources + ["--channel", there] + token)
    try await CheckRun.expect(
      "key", exit: 78, "--token-file", in: CheckRun.sources + ["--channel", proxy.url("venue")])
    // One road that leads there is enough; the other one is said.
    let other = try await CheckRun(
      CheckRun.sources + ["--channel", closed, "--proxy", proxy.url("venue")] + token)
    #expect(other.exit == .exit(0), "\(other.output)")
    #expect(try other.row("tcp").verdict == "warn")
    let second = try await CheckRun(CheckRun.sources + ["--channel", ingest.url, "--proxy", there] + token)
    #expect(second.exit == .exit(0), "\(second.output)")
    #expect(try second.row("proxy").verdict == "warn")
    try await CheckRun.expect(
      "tcp", exit: 69, "refused",
      in: CheckRun.sources + ["--channel", closed, "--proxy", proxy.url("venue"), "--route", "direct"] + token)
    let clear = try await CheckRun(
      CheckRun.sources + ["--channel", "ws://proxy.invalid/v1/publish/venue"] + token, key: nil)
    #expect(clear.failed == ["dns"], "\(clear.output)")
    #expect(try clear.row("key").verdict == "warn")
    #expect(!clear.output.contains(proxy.token))
    #expect(try await proxy.metric("sessions") == 0)
  }
}
