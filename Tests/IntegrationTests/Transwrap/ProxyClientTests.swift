import Foundation
import TestSupport
import Testing

@Suite("ivs-broadcast through a proxy")
struct ProxyClientTests {
  private static let stream = [
    "--camera", "test", "--video", "640x360@30", "--video-bitrate", "800k", "--json-status", "-",
  ]

  private func broadcast(_ proxy: Proxy, _ arguments: [String] = [], channel: String = "venue") throws -> Broadcast {
    try Broadcast(
      Self.stream + ["--channel", proxy.url(channel), "--token-file", proxy.tokenFile] + arguments, key: nil)
  }

  /// No frame is missing, and square and beep stay together.
  private func check(_ file: URL, frames: Int) async throws {
    let probe = try await MediaProbe(file)
    #expect(probe.videoPackets.count == frames, "\(probe.videoPackets.count) frames")
    #expect(probe.hasStrictlyMonotonicTimes)
    #expect(probe.gopLengths.dropLast().allSatisfy { $0 == 60 }, "\(probe.gopLengths)")
    #expect(try await probe.decodeErrors().isEmpty)
    let marks = try await SyncMarks(of: file.path)
    #expect((marks.largestOffset ?? 99) <= 0.03, "\(marks.pairs)")
  }

  @Test("every frame arrives, and the status has the proxy's figures and the ingest's word")
  func throughOurs() async throws {
    let server = try await NginxRTMP()
    let proxy = try await Proxy([("venue", server.url, Proxy.key)])
    let broadcast = try broadcast(proxy, ["--duration", "12s"])
    try await broadcast.process.waitForLine(containing: "live ingest=", within: .seconds(10))
    var status = ""
    try await eventually("a good verdict", within: .seconds(12)) {
      status =
        broadcast.process.lines(of: .standardOutput).last {
          $0.contains("\"level\":\"good\"") && $0.contains("\"state\":\"live\"")
        } ?? ""
      return !status.isEmpty
    }
    #expect(status.contains("\"proxy\":{"))
    #expect(try await broadcast.process.waitForExit(within: .seconds(20)) == .exit(0))
    try await check(try await server.finishedRecording(of: Proxy.key), frames: 360)
    let traces = proxy.log + broadcast.process.text(of: .standardError) + broadcast.process.text(of: .standardOutput)
    #expect(!traces.contains(proxy.token) && !traces.contains(Proxy.key))
    #expect(try await proxy.process.stop() == .exit(0))
  }

  @Test("a proxy of the original's design takes the stream unchanged")
  func throughOriginal() async throws {
    let server = try await NginxRTMP()
    let original = try await OriginalProxy()
    let channel = "ws://127.0.0.1:\(original.port)/rtmps/h264/\(server.url)"
    let broadcast = try Broadcast(Self.stream + ["--channel", channel, "--duration", "12s"])
    #expect(try await broadcast.process.waitForExit(within: .seconds(30)) == .exit(0))
    // Its ffmpeg is told to end when the socket closes, but waits for input until the whole proxy has ended.
    _ = try await original.process.stop()
    let probe = try await MediaProbe(try await server.finishedRecording(of: Broadcast.key))
    #expect(probe.videoPackets.count >= 330, "\(probe.videoPackets.count) frames")
    #expect(probe.hasStrictlyMonotonicTimes)
    #expect(try await probe.decodeErrors().isEmpty)
    #expect(!broadcast.process.text(of: .standardError).contains(Broadcast.key))
  }

  @Test("TLS is verified before the token leaves, and a changed certificate is taken over")
  func tls() async throws {
    let (authority, stranger) = (try await CertificateAuthority(), try await CertificateAuthority())
    let certificate = try await authority.issue(for: ["localhost"])
    let server = try await NginxRTMP()
    let proxy = try await Proxy(
      [("venue", server.url, Proxy.key)],
      settings: "tls-certificate: \(certificate.chain.path)\ntls-key: \(certificate.privateKey.path)")
    let url = "wss://localhost:\(proxy.port)/v1/publish/venue"
    func run(_ authority: CertificateAuthority) async throws -> (exit: Termination, error: String) {
      try await Broadcast.run(
        Self.stream + [
          "--channel", url, "--token-file", proxy.tokenFile, "--tls-ca-file", authority.certificate.path, "--duration",
          "3s",
        ], key: nil, within: .seconds(30))
    }
    #expect(try await run(authority).exit == .exit(0))
    let refused = try await run(stranger)
    #expect(refused.exit == .exit(76), "\(refused.error)")
    let renewed = try await stranger.issue(for: ["localhost"])
    for (from, to) in [(renewed.chain, certificate.chain), (renewed.privateKey, certificate.privateKey)] {
      try Data(contentsOf: from).write(to: to)
    }
    try await proxy.process.waitForLine(containing: "certificate loaded", within: .seconds(10))
    #expect(try await run(stranger).exit == .exit(0))
    #expect(try await proxy.process.stop() == .exit(0))
  }

  @Test("a lost ingest is connected again while the client's WebSocket stays")
  func ingestLost() async throws {
    let server = try await NginxRTMP()
    let proxy = try await Proxy([("venue", server.url, Proxy.key)])
    let broadcast = try broadcast(proxy)
    try await broadcast.process.waitForLine(containing: "live ingest=", within: .seconds(10))
    // Longer than what counts as accepted.
    try await broadcast.waitForFrames(200)
    try await Tool.runAsRoot("ss", ["-K", "-t", "dst", "127.0.0.1", "dport", "=", ":\(server.port)"])
    try await eventually("live again", within: .seconds(20)) {
      proxy.log.components(separatedBy: "ingest live").count == 3
    }
    try await broadcast.waitForFrames(90)
    #expect(try await broadcast.process.stop() == .exit(0))
    #expect(!broadcast.process.text(of: .standardError).contains("connection lost"))
    let recordings = try await server.finishedRecordings(of: Proxy.key)
    #expect(recordings.count == 2)
    for recording in recordings {
      let probe = try await MediaProbe(recording)
      #expect(probe.videoPackets.first?.isKeyframe == true && probe.hasStrictlyMonotonicTimes)
      #expect(try await probe.decodeErrors().isEmpty)
    }
    #expect(try await proxy.process.stop() == .exit(0))
  }

  @Test("a client that was cut off goes on in the same ingest connection")
  func clientLost() async throws {
    let server = try await NginxRTMP()
    let proxy = try await Proxy([("venue", server.url, Proxy.key)])
    let broadcast = try broadcast(proxy)
    try await broadcast.process.waitForLine(containing: "live ingest=", within: .seconds(10))
    try await broadcast.waitForFrames(200)
    try await Tool.runAsRoot("ss", ["-K", "-t", "dst", "127.0.0.1", "dport", "=", ":\(proxy.port)"])
    try await proxy.process.waitForLine(containing: "client returned", within: .seconds(15))
    try await broadcast.waitForFrames(120)
    #expect(try await broadcast.process.stop() == .exit(0))
    let recording = try await server.finishedRecording(of: Proxy.key)
    let probe = try await MediaProbe(recording)
    #expect(probe.hasStrictlyMonotonicTimes)
    #expect(try await probe.decodeErrors().isEmpty)
    // Time went on as it did in the room: the marks after the break are still whole seconds apart from those before.
    #expect(try await proxy.metric("session_resumes_total") == 1)
    #expect(try await proxy.process.stop() == .exit(0))
  }

  @Test("a client that never comes back is given up, and its stream ended in the protocol")
  func clientGone() async throws {
    let server = try await NginxRTMP()
    let proxy = try await Proxy([("venue", server.url, Proxy.key)], settings: "limits: {resume: 2s}")
    let broadcast = try broadcast(proxy)
    try await broadcast.process.waitForLine(containing: "live ingest=", within: .seconds(10))
    try await proxy.process.waitForLine(containing: "ingest live", within: .seconds(10))
    broadcast.process.signal(SIGKILL)
    try await proxy.process.waitForLine(containing: "cause=client-lost", within: .seconds(15))
    try await proxy.waitForSessions(0)
    try await eventually("the farewell") { server.log.contains { $0.contains("deleteStream") } }
    #expect(try await proxy.process.stop() == .exit(0))
  }

  @Test("the auto road takes the proxy where the direct one cannot be had, and says so")
  func autoRoad() async throws {
    let server = try await NginxRTMP()
    let proxy = try await Proxy([("venue", server.url, Proxy.key)])
    let closed = try FreePort.find()
    let broadcast = try Broadcast(
      Self.stream + [
        "--channel", "rtmp://127.0.0.1:\(closed)/live", "--proxy", proxy.url("venue"), "--token-file", proxy.tokenFile,
        "--duration", "4s",
      ])
    let line = try await broadcast.process.waitForLine(containing: "live ingest=", within: .seconds(20))
    #expect(line.contains("ws://127.0.0.1:\(proxy.port)/v1/publish/venue"))
    #expect(try await broadcast.process.waitForExit(within: .seconds(20)) == .exit(0))
    let probe = try await MediaProbe(try await server.finishedRecording(of: Proxy.key))
    #expect(probe.videoPackets.count == 120)
    let direct = try await Broadcast.run(
      Self.stream + [
        "--channel", "rtmp://127.0.0.1:\(closed)/live", "--proxy", proxy.url("venue"), "--token-file", proxy.tokenFile,
        "--route", "direct",
      ])
    #expect(direct.exit == .exit(69), "\(direct.error)")
    #expect(try await proxy.process.stop() == .exit(0))
  }

  @Test("the way leads through the network's HTTP proxy where the environment names one", arguments: [true, false])
  func httpProxy(isOpen: Bool) async throws {
    let authority = try await CertificateAuthority()
    let certificate = try await authority.issue(for: ["localhost"])
    let server = try await NginxRTMP()
    let proxy = try await Proxy(
      [("venue", server.url, Proxy.key)],
      settings: "tls-certificate: \(certificate.chain.path)\ntls-key: \(certificate.privateKey.path)")
    let port = try FreePort.find()
    // One that is not open lets connections to port 563 through, to others none.
    let file = try proxy.folder.write(
      "Port \(port)\nListen 127.0.0.1\nLogLevel Connect\n\(isOpen ? "" : "ConnectPort 563\n")", to: "tinyproxy.conf")
    let tunnel = try RunningProcess("tinyproxy", ["-d", "-c", file.path])
    try await FreePort.waitForListener(on: port)
    let broadcast = try Broadcast(
      Self.stream + [
        "--channel", "wss://localhost:\(proxy.port)/v1/publish/venue", "--token-file", proxy.tokenFile,
        "--tls-ca-file", authority.certificate.path, "--duration", "4s",
      ], key: nil, environment: ["https_proxy": "http://127.0.0.1:\(port)", "no_proxy": ""])
    let exit = try await broadcast.process.waitForExit(within: .seconds(30))
    let error = broadcast.process.text(of: .standardError)
    if isOpen {
      #expect(exit == .exit(0), "\(error)")
      #expect(try await MediaProbe(try await server.finishedRecording(of: Proxy.key)).videoPackets.count == 120)
      #expect((tunnel.text(of: .standardOutput) + tunnel.text(of: .standardError)).contains("CONNECT localhost"))
    } else {
      #expect(exit == .exit(69), "\(error)")
      let words = "HTTP proxy 127.0.0.1:\(port) does not allow connections to localhost"
      #expect(error.lastFailure?.contains(words) == true, "\(error)")
    }
    #expect(try await proxy.process.stop() == .exit(0))
  }

  @Test(
    "what is refused is said in one line, with its exit code",
    arguments: [
      ("venue", "tw_wrong", 77 as Int32, "does not accept the token"), ("refused", nil, 77, "ingest-refused"),
      ("nobody", nil, 77, "does not let this token publish"), ("closed", nil, 69, "cannot take the stream now"),
    ])
  func refusals(channel: String, token: String?, code: Int32, words: String) async throws {
    let server = try await NginxRTMP()
    let proxy = try await Proxy([
      ("venue", server.url, Proxy.key),
      ("refused", server.url.replacing("/live", with: "/refused"), Proxy.key),
      ("closed", "rtmp://127.0.0.1:\(try FreePort.find())/live", Proxy.key),
    ])
    let file = try token.map { try proxy.folder.write($0, to: "other-token").path } ?? proxy.tokenFile
    let (exit, error) = try await Broadcast.run(
      Self.stream + ["--channel", proxy.url(channel), "--token-file", file], key: nil, within: .seconds(30))
    #expect(exit == .exit(code), "\(error)")
    #expect(error.lastFailure?.contains(words) == true, "\(error)")
    #expect(!error.contains(proxy.token) && !proxy.log.contains(Proxy.key))
    #expect(try await proxy.process.stop() == .exit(0))
  }

  @Test("SIGTERM sends clients elsewhere with 1012, lets nobody in, and ends in time")
  func drain() async throws {
    let server = try await NginxRTMP()
    let proxy = try await Proxy([("venue", server.url, Proxy.key)], settings: "drain: 10s")
    let broadcast = try broadcast(proxy, ["--keep-trying"])
    try await broadcast.process.waitForLine(containing: "live ingest=", within: .seconds(10))
    try await broadcast.waitForFrames(200)
    proxy.process.signal(SIGTERM)
    try await broadcast.process.waitForLine(containing: "cannot take the stream now", within: .seconds(10))
    #expect(try await proxy.process.waitForExit(within: .seconds(15)) == .exit(0))
    #expect(try await broadcast.process.stop() == .exit(0))
    #expect(try await server.finishedRecordings(of: Proxy.key).count == 1)
  }
}
