import Foundation
import TestSupport
import Testing

@Suite("Moving to another connection without a gap")
struct MovingTests {
  /// What is missing or doubled at the receiver, over all connections.
  private struct Account {
    let video: [Int]
    let audio: [Int]
    /// The pictures that were due between the first and the last.
    var picturesDue: Int {
      Int((Double((video.last ?? 0) - (video.first ?? 0)) * 30 / 1000).rounded()) + 1
    }

    init(_ sessions: [RigIngest.Session]) {
      video = sessions.flatMap(\.video).map(\.time)
      audio = sessions.flatMap(\.audio).map(\.time)
    }

    static func steps(_ times: [Int]) -> [Int] { zip(times, times.dropFirst()).map { $1 - $0 } }
  }

  private func expectWhole(_ sessions: [RigIngest.Session], missedByMachine: Int) {
    let account = Account(sessions)
    // Each once and in order: a picture each 33⅓ ms, a packet of sound each 21⅓ ms.
    let missing = account.picturesDue - account.video.count
    #expect(missing >= 0 && missing <= missedByMachine, "\(missing) pictures")
    let steps = Account.steps(account.video)
    #expect(steps.allSatisfy { $0 > 0 } && steps.count { !(33...34).contains($0) } <= missedByMachine, "\(steps)")
    let sound = Account.steps(account.audio)
    #expect(sound.allSatisfy { (21...22).contains($0) }, "\(sound.filter { !(21...22).contains($0) })")
    for session in sessions {
      #expect(session.video.first?.isKeyframe == true)
      guard let first = session.video.first else { continue }
      #expect(session.audio.allSatisfy { $0.time >= first.time }, "sound of before the connection's first picture")
    }
  }

  @Test("a server that asks ten times gets each picture and each sound once, over eleven connections")
  func serverAsks() async throws {
    let seed = Int.random(in: 0..<1_000_000)
    print("reconnect requests: seed \(seed)")
    let ingest = try await RigIngest(requests: 10, seed: seed, after: 2...7)
    let broadcast = try Broadcast(
      Broadcast.smallPicture + ["--channel", ingest.url, "--json-status", "-", "--duration", "75s"])
    try await broadcast.waitUntilLive()
    #expect(try await broadcast.process.waitForExit(within: .seconds(100)) == .exit(0))
    try await eventually("the end of all connections") { try ingest.sessions().allSatisfy { $0.end != nil } }
    let sessions = try ingest.sessions()
    #expect(sessions.count == 11 && sessions.allSatisfy { $0.end == "goodbye" }, "\(sessions.map(\.end))")
    expectWhole(sessions, missedByMachine: broadcast.framesMissed)
    let (frames, sound) = (sessions.map(\.video.count).reduce(0, +), sessions.map(\.audio.count).reduce(0, +))
    #expect((2248...2251).contains(frames + broadcast.framesMissed), "\(frames) frames")
    print("reconnect requests: \(frames) pictures, \(broadcast.framesMissed) never made, \(sound) packets of sound")
    let log = broadcast.process.text(of: .standardError)
    #expect(log.components(separatedBy: "moved to another connection ingest=\(ingest.url)").count == 11, "\(log)")
    #expect(!log.contains("connection lost") && !log.contains(Broadcast.key))
    #expect(broadcast.process.lines(of: .standardOutput).last { $0.contains("\"moves\":10") } != nil)
  }

  @Test("control reconnect replaces the connection without a gap where the ingest takes two")
  func operatorAsks() async throws {
    let ingest = try await RigIngest(requests: 0, seed: 0, after: 1...1)
    let runtime = try TemporaryDirectory()
    let environment = ["XDG_RUNTIME_DIR": runtime.url.path]
    let broadcast = try Broadcast(
      Broadcast.smallPicture + ["--channel", ingest.url, "--json-status", "-", "--duration", "12s"],
      environment: environment)
    try await broadcast.waitUntilLive()
    try await broadcast.waitForFrames(60)
    let socket = runtime.file("ivs-broadcast/control.sock").path
    for moves in 1...2 {
      let answer = try await Tool.attempt(
        Product.ivsBroadcast(), ["control", "--socket", socket, "reconnect"], environment: environment)
      #expect(answer.termination == .exit(0) && answer.text.contains("kept until the new one"), "\(answer.text)")
      try await broadcast.process.waitForLine("move \(moves)") { $0.contains("\"moves\":\(moves)") }
    }
    #expect(try await broadcast.process.waitForExit(within: .seconds(30)) == .exit(0))
    let sessions = try ingest.sessions()
    #expect(sessions.count == 3)
    expectWhole(sessions, missedByMachine: broadcast.framesMissed)
  }

  @Test("at IVS the second connection takes the stream over: one session, and the end of the first is no loss")
  func takeover() async throws {
    let service = try await FakeIVS()
    let channel = try #require(try await service.createChannels(count: 1).first)
    let box = try Box(service, channel: channel.arn)
    try await box.waitUntilOnAir()
    for takeovers in 1...2 {
      #expect(try await box.ask(["control", "--socket", box.socket, "reconnect"]).termination == .exit(0))
      try await eventually("the stream is taken over", within: .seconds(20)) {
        let session = try await service.sessions(named: channel.name).last
        return session?.takeovers == takeovers && session?.priority == takeovers
      }
      // It is shown again, over the connection that is there now.
      try await eventually("moved", within: .seconds(10)) {
        box.log.components(separatedBy: "moved to another connection").count == takeovers + 1
      }
    }
    #expect(try await service.sessions(named: channel.name).count == 1)
    #expect(!box.log.contains("connection lost") && !box.log.contains("why it ended"), "\(box.log)")
    #expect(try await box.stop() == .exit(0))
    #expect(try await service.violations().isEmpty)
  }
}
