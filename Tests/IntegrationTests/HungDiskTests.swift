import Foundation
import TestSupport
import Testing

@Suite("A disk that hangs while it is recorded to")
struct HungDiskTests {
  /// The states of a process's threads as the kernel names them: `D` waits for a disk, `Z` is over.
  private func threads(of process: Int32) -> [(name: String, state: String)] {
    let folder = "/proc/\(process)/task"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.compactMap { thread in
      guard let stat = try? String(contentsOfFile: "\(folder)/\(thread)/stat", encoding: .utf8),
        let match = stat.firstMatch(of: /\((.*)\) (\S)/)
      else { return nil }
      return (String(match.1), String(match.2))
    }
  }

  @Test("the stream goes on without a gap, and stopping waits for the disk no longer than three seconds")
  func frozen() async throws {
    let server = try await NginxRTMP()
    let disk = try await FreezableDisk()
    let broadcast = try Broadcast(
      Broadcast.smallPicture + ["--channel", server.url, "--record", disk.url.path, "--json-status", "-"])
    let process = broadcast.process.processIdentifier
    try await broadcast.waitUntilLive()
    try await broadcast.waitForFrames(60)
    try await disk.freeze()
    try await eventually("a thread hangs on the disk", within: .seconds(30)) {
      threads(of: process).contains { $0.state == "D" }
    }
    // Longer than the recorder's queue lasts: then nothing but the recording may lose frames.
    try await broadcast.waitForFrames(330)

    broadcast.process.signal(SIGTERM)
    // A thread that the kernel holds outlives even SIGKILL; all that can be over is over.
    try await eventually("only the hanging thread is left", within: .milliseconds(3500)) {
      let left = threads(of: process)
      return left.contains { $0.state == "Z" } && left.allSatisfy { "DZX".contains($0.state) }
    }
    #expect(server.log.contains { $0.contains("deleteStream") })
    try await disk.thaw()
    #expect(try await broadcast.process.waitForExit(within: .seconds(5)) == .exit(0))

    let probe = try await MediaProbe(try await server.finishedRecording(of: Broadcast.key))
    // All but the few that were encoded before the connection was there, and as it ended.
    #expect(probe.videoPackets.count >= 375, "\(probe.videoPackets.count) frames")
    let times = probe.videoPackets.map(\.dts)
    let longest = zip(times, times.dropFirst()).map { $1 - $0 }.max() ?? .infinity
    #expect(longest < 0.1, "a gap of \(longest) s")
    #expect(try await probe.decodeErrors().isEmpty)
  }
}
