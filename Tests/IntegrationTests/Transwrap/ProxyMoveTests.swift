import Foundation
import TestSupport
import Testing

@Suite("A proxy that ends hands its client to the next one")
struct ProxyMoveTests {
  private static let stream = Broadcast.smallPicture + ["--json-status", "-", "--duration", "20s"]

  /// Two proxies of one channel, whose ingest takes the stream over from one to the other.
  private func proxies(_ ingest: RigIngest) async throws -> [Proxy] {
    var proxies: [Proxy] = []
    for _ in 0..<2 {
      proxies.append(
        try await Proxy(
          [("venue", ingest.url, Proxy.key)], settings: "drain: 30s\nlimits: {resume: 3s}", takeover: "always"))
    }
    return proxies
  }

  @Test("SIGTERM: the client goes on at the next proxy without a gap, and the ingest gets each picture once")
  func drain() async throws {
    let ingest = try await RigIngest(requests: 0, seed: 0, after: 1...1)
    let proxies = try await proxies(ingest)
    let balancer = try await Balancer(to: proxies[0].port)
    let folder = try TemporaryDirectory()
    let tokens = try String(contentsOfFile: proxies[0].folder.file("tokens.yaml").path, encoding: .utf8)
    try tokens.write(to: proxies[1].folder.file("tokens.yaml"), atomically: false, encoding: .utf8)
    let token = try folder.write(proxies[0].token + "\n", to: "token").path
    let broadcast = try Broadcast(
      Self.stream + ["--channel", "ws://127.0.0.1:\(balancer.port)/v1/publish/venue", "--token-file", token], key: nil)
    try await broadcast.process.waitForLine(containing: "live ingest=", within: .seconds(10))
    // Longer than what counts as accepted.
    try await broadcast.waitForFrames(180)
    try balancer.lead(to: proxies[1].port)
    proxies[0].process.signal(SIGTERM)
    try await broadcast.process.waitForLine(containing: "moved to another connection", within: .seconds(10))
    #expect(try await proxies[0].process.waitForExit(within: .seconds(15)) == .exit(0))
    #expect(try await broadcast.process.waitForExit(within: .seconds(30)) == .exit(0))
    let log = broadcast.process.text(of: .standardError)
    #expect(log.contains("the proxy asked for it") && !log.contains("connection lost"), "\(log)")
    try await eventually("the end of both") { try ingest.sessions().count { $0.end != nil } == 2 }
    let sessions = try ingest.sessions()
    let frames = sessions.map(\.video.count).reduce(0, +)
    #expect((599...601).contains(frames + broadcast.framesMissed), "\(sessions.map(\.video.count)) frames")
    let sound = sessions.map(\.audio.count).reduce(0, +)
    #expect((934...942).contains(sound), "\(sessions.map(\.audio.count)) packets of sound")
    for session in sessions {
      #expect(session.video.first?.isKeyframe == true && session.end == "goodbye")
      let steps = zip(session.video, session.video.dropFirst()).map { $1.time - $0.time }
      #expect(steps.count { !(33...34).contains($0) } <= broadcast.framesMissed, "\(steps)")
    }
    #expect(try await proxies[1].process.stop() == .exit(0))
  }

  @Test("control reconnect: a second connection to the same proxy, whose ingest notices nothing")
  func operatorAsks() async throws {
    let ingest = try await RigIngest(requests: 0, seed: 0, after: 1...1)
    let proxy = try await proxies(ingest)[0]
    let runtime = try TemporaryDirectory()
    let environment = ["XDG_RUNTIME_DIR": runtime.url.path]
    let broadcast = try Broadcast(
      Self.stream + ["--channel", proxy.url("venue"), "--token-file", proxy.tokenFile], key: nil,
      environment: environment)
    try await broadcast.process.waitForLine(containing: "live ingest=", within: .seconds(10))
    try await broadcast.waitForFrames(180)
    let socket = runtime.file("ivs-broadcast/control.sock").path
    for moves in 1...3 {
      let answer = try await Tool.attempt(
        Product.ivsBroadcast(), ["control", "--socket", socket, "reconnect"], environment: environment)
      #expect(answer.termination == .exit(0))
      try await broadcast.process.waitForLine("move \(moves)") { $0.contains("\"moves\":\(moves)") }
    }
    #expect(try await broadcast.process.waitForExit(within: .seconds(30)) == .exit(0))
    #expect(!broadcast.process.text(of: .standardError).contains("connection lost"))
    try await eventually("the end") { try ingest.sessions().allSatisfy { $0.end == "goodbye" } }
    let sessions = try ingest.sessions()
    #expect(sessions.count == 1)
    let (video, audio) = (sessions.flatMap(\.video), sessions.flatMap(\.audio))
    #expect((599...601).contains(video.count + broadcast.framesMissed), "\(video.count) frames")
    let steps = zip(video, video.dropFirst()).map { $1.time - $0.time }
    #expect(steps.count { !(33...34).contains($0) } <= broadcast.framesMissed, "\(steps)")
    let sound = zip(audio, audio.dropFirst()).map { $1.time - $0.time }
    #expect(sound.allSatisfy { (21...22).contains($0) }, "\(sound.filter { !(21...22).contains($0) })")
    #expect(try await proxy.process.stop() == .exit(0))
  }
}
