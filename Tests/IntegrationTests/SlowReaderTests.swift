import Foundation
import TestSupport
import Testing

@Suite("Nobody reads what the program writes: the stream goes on, whole and in time")
struct SlowReaderTests {
  /// Starts the program with a descriptor on a full pipe that nobody ever reads.
  private func broadcast(
    _ arguments: [String], to server: NginxRTMP, withFull descriptor: Int32, in folder: TemporaryDirectory
  ) throws -> Broadcast {
    // Opened for reading and writing, a FIFO is a pipe whose reader is there and does nothing.
    let script = """
      mkfifo "$PIPE" && exec \(descriptor)<>"$PIPE"
      dd if=/dev/zero of="$PIPE" oflag=nonblock bs=4096 count=1024 2>/dev/null
      exec "$0" "$@"
      """
    return try Broadcast(
      Broadcast.smallPicture + ["--channel", server.url, "--duration", "8s"] + arguments,
      environment: ["PIPE": folder.file("pipe").path], launcher: ["bash", "-c", script])
  }

  private func expectAllFrames(_ server: NginxRTMP) async throws {
    let probe = try await MediaProbe(try await server.finishedRecording(of: Broadcast.key))
    #expect((239...241).contains(probe.videoPackets.count), "\(probe.videoPackets.count) frames")
    let times = probe.videoPackets.map(\.dts)
    let longest = zip(times, times.dropFirst()).map { $1 - $0 }.max() ?? .infinity
    #expect(longest < 0.1, "a gap of \(longest) s")
  }

  @Test("log lines into a full pipe")
  func log() async throws {
    let server = try await NginxRTMP()
    let folder = try TemporaryDirectory()
    let broadcast = try broadcast(["--log-level", "trace"], to: server, withFull: 2, in: folder)
    #expect(try await broadcast.process.waitForExit(within: .seconds(15)) == .exit(0))
    #expect(broadcast.process.text(of: .standardError).isEmpty)
    try await expectAllFrames(server)
  }

  @Test("status lines into a full pipe")
  func status() async throws {
    let server = try await NginxRTMP()
    let folder = try TemporaryDirectory()
    let broadcast = try broadcast(["--json-status", "-"], to: server, withFull: 1, in: folder)
    try await broadcast.waitUntilLive()
    #expect(try await broadcast.process.waitForExit(within: .seconds(15)) == .exit(0))
    #expect(broadcast.process.text(of: .standardOutput).isEmpty)
    try await expectAllFrames(server)
  }

  @Test("a FIFO for the status that nobody has opened; who comes later reads from it")
  func statusFIFO() async throws {
    let server = try await NginxRTMP()
    let folder = try TemporaryDirectory()
    let place = folder.file("status")
    try await Tool.run("mkfifo", [place.path])
    let broadcast = try Broadcast(
      Broadcast.smallPicture + ["--channel", server.url, "--duration", "8s", "--json-status", place.path])
    try await broadcast.waitUntilLive()
    let line = try await Tool.run("timeout", ["5", "head", "-n", "1", place.path], within: .seconds(10))
    #expect(line.text.hasPrefix("{") && line.text.contains("\"framesEncoded\":"), "\(line.text)")
    // That reader is gone again.
    #expect(try await broadcast.process.waitForExit(within: .seconds(15)) == .exit(0))
    try await expectAllFrames(server)
  }

  @Test("a terminal that is paused with Control-S")
  func pausedTerminal() async throws {
    let server = try await NginxRTMP()
    let folder = try TemporaryDirectory()
    let key = try folder.write(Broadcast.key + "\n", to: "key")
    let ended = folder.file("ended")
    let terminal = try await Tmux(columns: 160, rows: 30)
    let arguments =
      Broadcast.smallPicture + [
        "--channel", server.url, "--duration", "8s", "--log-level", "trace", "--stream-key-file", key.path,
      ]
    try await terminal.run(
      "HOME=\(folder.url.path) \(try Product.ivsBroadcast()) stream \(arguments.joined(separator: " "));"
        + " echo status=$? >\(ended.path); cat \(ended.path)")
    try await terminal.wait(for: "LIVE")
    try await terminal.press("C-s")
    try await eventually("the end of the program", within: .seconds(20)) {
      (try? String(contentsOf: ended, encoding: .utf8)) == "status=0\n"
    }
    let paused = try await terminal.screen()
    #expect(!paused.contains("status=0"), "the terminal is not paused: \(paused)")
    try await expectAllFrames(server)
    try await terminal.press("C-q")
    try await terminal.wait(for: "status=0")
  }
}
