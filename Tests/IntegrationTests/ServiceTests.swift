import Foundation
import TestSupport
import Testing

@Suite("As a service: hangup signals and journald")
struct ServiceTests {
  @Test("SIGHUP stops a broadcast, but not one that was started with nohup")
  func hangup() async throws {
    let server = try await NginxRTMP()
    let options = Broadcast.smallPicture + ["--channel", server.url, "--json-status", "-"]
    let kept = try Broadcast(options, key: "kept", launcher: ["nohup"])
    try await kept.waitUntilLive()
    kept.process.signal(SIGHUP)
    // Longer than stopping could take.
    try await kept.waitForFrames(150)
    #expect(!kept.process.text(of: .standardError).contains("stopping"))
    #expect(try await kept.process.stop() == .exit(0))

    let stopped = try Broadcast(options, key: "stopped")
    try await stopped.waitUntilLive()
    stopped.process.signal(SIGHUP)
    #expect(try await stopped.process.waitForExit(within: .seconds(3)) == .exit(0))
    #expect(stopped.process.text(of: .standardError).contains("notice stopping"))
  }

  /// The lines of a first connection that fails, with `JOURNAL_STREAM` as a shell expression says.
  private func log(journalStream: String) async throws -> [String] {
    let broadcast = try Broadcast(
      Broadcast.smallPicture + ["--channel", "rtmp://127.0.0.1:\(try FreePort.find())/live"],
      launcher: ["bash", "-c", "export JOURNAL_STREAM=\(journalStream); exec \"$0\" \"$@\""])
    #expect(try await broadcast.process.waitForExit(within: .seconds(10)) == .exit(69))
    return broadcast.process.lines(of: .standardError)
  }

  @Test("where standard error is the journal's, each line begins with its priority and has no time")
  func journal() async throws {
    let lines = try await log(journalStream: "$(stat -L -c %d:%i /dev/fd/2)")
    #expect(lines.count >= 3)
    #expect(lines.allSatisfy { $0.contains(/^<[0-7]>/) }, "\(lines)")
    #expect(lines.contains { $0.hasPrefix("<6>encoding 320x180") }, "\(lines)")
    // What ended the program is an error to whoever filters by priority.
    #expect(lines.last?.hasPrefix("<3>ivs-broadcast: ") == true, "\(lines)")
  }

  @Test(
    "any other standard error has lines with their time", arguments: ["$(stat -L -c %d:%i /dev/fd/1)", "8:1", "", "x"])
  func otherLog(journalStream: String) async throws {
    let lines = try await log(journalStream: journalStream)
    #expect(lines.contains { $0.contains(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d info encoding/) }, "\(lines)")
    #expect(!lines.contains { $0.hasPrefix("<") }, "\(lines)")
  }

  @Test("the journal reads the level of every kind of line")
  func priorities() async throws {
    let server = try await NginxRTMP()
    let broadcast = try Broadcast(
      Broadcast.smallPicture + ["--channel", server.url, "--keep-trying"],
      launcher: ["bash", "-c", "export JOURNAL_STREAM=$(stat -L -c %d:%i /dev/fd/2); exec \"$0\" \"$@\""])
    try await broadcast.process.waitForLine(containing: "<5>live ingest=")
    try await server.crash()
    try await broadcast.process.waitForLine(containing: "<4>connection lost")
    #expect(try await broadcast.process.stop() == .exit(0))
    #expect(broadcast.process.lines(of: .standardError).allSatisfy { $0.contains(/^<[3-7]>/) })
  }
}
