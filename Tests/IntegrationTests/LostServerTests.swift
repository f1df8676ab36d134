import Foundation
import TestSupport
import Testing

@Suite("A server that is not there, or not any more")
struct LostServerTests {
  @Test("the wanted duration ends the broadcast also when the server went away for good")
  func durationWithoutServer() async throws {
    let server = try await NginxRTMP()
    let broadcast = try Broadcast(
      Broadcast.smallPicture + ["--channel", server.url, "--duration", "3s", "--keep-trying"])
    try await broadcast.waitUntilLive()
    let live = ContinuousClock.now
    try await server.crash()
    try await broadcast.process.waitForLine(containing: "connection lost")
    #expect(try await broadcast.process.waitForExit(within: .seconds(10)) == .exit(0))
    // The picture that would say that it is over never goes out; two seconds are added.
    let elapsed = ContinuousClock.now - live
    #expect(elapsed > .seconds(3) && elapsed < .seconds(7), "\(elapsed)")
  }

  @Test("a first connection that fails is said once: one line has the reason, and it is the last")
  func saidOnce() async throws {
    let closed = try FreePort.find()
    let server = try await NginxRTMP()
    let cases = [
      (channel: "rtmp://127.0.0.1:\(closed)/live", reason: "refused", losses: 0),
      // What hangs up may do so by accident: it is tried once more.
      (channel: "rtmp://127.0.0.1:\(server.port)/refused", reason: "hung up", losses: 1),
      (channel: "rtmps://ingest.invalid:443/app", reason: "ingest.invalid", losses: 0),
    ]
    for (channel, reason, losses) in cases {
      let run = try await Broadcast.run(Broadcast.smallPicture + ["--channel", channel], within: .seconds(30))
      #expect(run.exit != .exit(0))
      let lines = run.error.split(whereSeparator: \.isNewline)
      #expect(lines.filter { $0.contains(reason) }.count == 1, "\(run.error)")
      #expect(lines.last?.hasPrefix("ivs-broadcast: ") == true, "\(run.error)")
      let warnings = lines.filter { $0.contains("warning") || $0.contains(" error ") }
      #expect(warnings.count == losses && warnings.allSatisfy { $0.contains("connection lost") }, "\(run.error)")
    }
  }
}
