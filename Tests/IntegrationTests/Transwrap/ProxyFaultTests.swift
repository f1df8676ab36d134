import Foundation
import TestSupport
import Testing

@Suite("A proxy among bad clients and bad ingests")
struct ProxyFaultTests {
  private static let stream = ["--camera", "test", "--video", "640x360@30", "--video-bitrate", "800k"]

  private func broadcast(_ proxy: Proxy, _ channel: String) throws -> Broadcast {
    try Broadcast(
      Self.stream + ["--channel", proxy.url(channel), "--token-file", proxy.tokenFile, "--json-status", "-"], key: nil)
  }

  /// Every frame since the first is there, one each thirtieth of a second, but for those that the broadcaster itself
  /// could not make on a busy machine.
  private func expectNoGap(_ file: URL, of good: Broadcast, atLeast frames: Int) async throws {
    let probe = try await MediaProbe(file)
    let times = probe.videoPackets.map(\.pts)
    #expect(times.count >= frames, "\(times.count) frames")
    let (first, last) = (try #require(times.first), try #require(times.last))
    let missing = Int(((last - first) * 30).rounded()) + 1 - times.count
    #expect(missing <= good.framesMissed, "\(missing) frames are missing, \(good.framesMissed) were never made")
    #expect(good.framesDropped == 0)
    #expect(probe.hasStrictlyMonotonicTimes)
    #expect(try await probe.decodeErrors().isEmpty)
  }

  @Test("a thousand bad clients harm nobody's stream and leave nothing behind")
  func badClients() async throws {
    let server = try await NginxRTMP(applications: "application bad { live on; }")
    let bad = server.url.replacing("/live", with: "/bad")
    let proxy = try await Proxy(
      [("busy", server.url, Proxy.key)] + (0..<10).map { ("bad\($0)", bad, "sk_bad_\($0)") },
      settings: "limits: {sessions-per-address: 2000, sessions-per-token: 2000, resume: 1s, handshake: 3s}")
    let good = try broadcast(proxy, "busy")
    try await proxy.process.waitForLine(containing: "ingest live", within: .seconds(15))
    func attack(_ count: Int) async throws {
      let result = try await Tool.run(
        "node",
        [
          Project.root.appending(path: "Tests/Transwrap/hostile.js").path, "\(proxy.port)", proxy.tokenFile, "\(count)",
        ], within: .seconds(240), environment: ["NODE_PATH": "/usr/share/nodejs"])
      #expect(result.text.contains("\"wrong\":[]"), "\(result.text)")
      try await proxy.waitForSessions(1)
      try await eventually("no connection but the good one") { try await proxy.metric("connections") == 1 }
    }
    // What is loaded at first use is there after the first round.
    try await attack(120)
    let (descriptors, memory) = (proxy.descriptors, proxy.residentBytes)
    try await attack(1000)
    try await eventually("the descriptors of before") { proxy.descriptors <= descriptors }
    let growth = proxy.residentBytes - memory
    #expect(growth < 24 << 20, "\(growth >> 20) MB more")
    let frames = good.framesEncoded
    #expect(try await good.process.stop() == .exit(0))
    try await expectNoGap(try await server.finishedRecording(of: Proxy.key), of: good, atLeast: frames - 60)
    #expect(!proxy.log.contains(proxy.token) && !proxy.log.contains(Proxy.key))
    #expect(try await proxy.process.stop() == .exit(0))
  }

  @Test("an ingest that refuses, stands still or is cut off harms the streams to no other")
  func badIngests() async throws {
    let server = try await NginxRTMP()
    let second = try await NginxRTMP()
    let silent = try SilentServer()
    let proxy = try await Proxy([
      ("good", server.url, Proxy.key), ("cut", second.url, "sk_cut"),
      ("refused", server.url.replacing("/live", with: "/refused"), "sk_refused"),
      ("silent", "rtmp://127.0.0.1:\(silent.port)/live", "sk_silent"),
    ])
    let good = try broadcast(proxy, "good")
    try await proxy.process.waitForLine(containing: "ingest live", within: .seconds(15))
    let cut = try broadcast(proxy, "cut")
    try await eventually("two live", within: .seconds(15)) {
      proxy.log.components(separatedBy: "ingest live").count == 3
    }
    let refused = try broadcast(proxy, "refused")
    #expect(try await refused.process.waitForExit(within: .seconds(20)) == .exit(77))
    let stuck = try broadcast(proxy, "silent")
    try await cut.waitForFrames(200)
    try await second.crash()
    try await proxy.process.waitForLine(containing: "ingest waiting", within: .seconds(15))
    try await good.waitForFrames(150)
    // Everybody can still stop, whatever the ingest does.
    #expect(try await stuck.process.stop() == .exit(0))
    #expect(try await cut.process.stop() == .exit(0))
    let frames = good.framesEncoded
    #expect(try await good.process.stop() == .exit(0))
    try await proxy.waitForSessions(0)
    try await expectNoGap(try await server.finishedRecording(of: Proxy.key), of: good, atLeast: frames - 30)
    #expect(try await proxy.process.stop() == .exit(0))
  }

  @Test("a slow ingest stops the reading and is told to the client, and nothing piles up")
  func slowIngest() async throws {
    let server = try await NginxRTMP()
    let proxy = try await Proxy([("venue", server.url, Proxy.key)])
    let broadcast = try broadcast(proxy, "venue")
    try await proxy.process.waitForLine(containing: "ingest live", within: .seconds(15))
    try await broadcast.waitForFrames(200)
    let memory = proxy.residentBytes
    server.pause()
    try await eventually("a congestion", within: .seconds(20)) { try await proxy.metric("congestions_total") > 0 }
    try await eventually("the client's word of it", within: .seconds(10)) {
      broadcast.process.lines(of: .standardOutput).last?.contains("\"queueMilliseconds\":") == true
        && broadcast.process.lines(of: .standardOutput).suffix(3).contains { !$0.contains("\"level\":\"good\"") }
    }
    #expect(proxy.residentBytes - memory < 8 << 20)
    server.resume()
    try await eventually("a good verdict again", within: .seconds(40)) {
      broadcast.process.lines(of: .standardOutput).last?.contains("\"level\":\"good\"") == true
    }
    #expect(try await broadcast.process.stop() == .exit(0))
    #expect(try await proxy.process.stop() == .exit(0))
  }
}
