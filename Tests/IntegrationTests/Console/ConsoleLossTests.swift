import Foundation
import TestSupport
import Testing

@Suite("The console when a server or the terminal is lost")
struct ConsoleLossTests {
  @Test("a server that crashes: the reason in words; r connects at once when it is back")
  func reconnect() async throws {
    let first = try await NginxRTMP()
    let run = try await ConsoleRun.live(on: first)
    let terminal = run.terminal
    // A connection that holds for less than five seconds counts as refused.
    try await run.stayOnAir(seconds: 6)
    try await first.crash()
    let waiting = try await terminal.wait("RECONNECTING with a reason", within: .seconds(15)) { shown in
      let head = shown.prefix(400)
      return head.contains("RECONNECTING") && head.contains("OFF AIR") && head.contains(/next attempt in \d+ s: \w+/)
    }
    #expect(waiting.contains("refused") || waiting.contains("lost") || waiting.contains("closed"), "\(waiting)")
    // Only where the next attempt is some seconds away does an attempt now prove the key: so far off is it where
    // somebody hangs up on each.
    var other: SilentServer? = try SilentServer(port: first.port, hangsUp: true)
    try await terminal.wait("a longer wait", within: .seconds(60)) { $0.contains(/next attempt in ([4-9]|1\d) s/) }
    #expect((other?.connections ?? 0) > 3)
    other = nil
    let second = try await NginxRTMP(port: first.port)
    try await terminal.press("r")
    try await terminal.wait("LIVE", within: .seconds(3)) { $0.contains("LIVE  00:") }
    try await run.waitUntilLive()
    #expect(try await terminal.screen().contains(/Reconnects +1/))
    try await run.quit()
    try await run.expectEnd(0)
    try await MediaProbe(second.finishedRecording(of: Broadcast.key)).expectWhole()
  }

  @Test("a first connection that fails: OFF AIR, and why")
  func refused() async throws {
    let port = try FreePort.find()
    let home = try TemporaryDirectory()
    let file = try home.write(Broadcast.key + "\n", to: "stream-key")
    let run = try await ConsoleRun(
      ["--channel", "rtmp://127.0.0.1:\(port)/live", "--stream-key-file", file.path], home: home)
    try await run.waitUntilReady()
    try await run.goLive()
    try await run.terminal.wait("OFF AIR with the reason") { $0.contains(/OFF AIR +[^\n]*refuse/) }
    #expect(!(try await run.terminal.screen().contains("READY")))
  }

  @Test("a terminal that goes away: the stream goes on for ten seconds and ends in the protocol")
  func hangUp() async throws {
    let server = try await NginxRTMP()
    var run: ConsoleRun? = try await ConsoleRun.live(on: server)
    let program = try #require(try run?.processIdentifier())
    let home = try #require(run?.home)
    let before = try await seconds(of: #require(server.recordings(of: Broadcast.key).first))
    let clock = ContinuousClock()
    let start = clock.now
    // The last reference ends the terminal with everything in it.
    run = nil
    try await eventually("the program is gone", within: .seconds(20)) { kill(program, 0) != 0 }
    let timeout = clock.now - start
    #expect((.seconds(9)...(.seconds(14))).contains(timeout), "\(timeout)")
    try await eventually("the server hears deleteStream") { server.log.contains { $0.contains("deleteStream") } }
    let recording = try await server.finishedRecording(of: Broadcast.key)
    try await MediaProbe(recording).expectWhole()
    let after = try await seconds(of: recording)
    #expect(after - before > 8, "on air for \(after - before) s without a terminal")
    let log = try String(
      contentsOf: home.file(".local/state/ivs-broadcast/ivs-broadcast.log"), encoding: .utf8)
    #expect(log.contains("on air"), "\(log)")
  }

  /// The last picture's time.
  private func seconds(of recording: URL) async throws -> Double {
    try await MediaProbe(recording).videoPackets.last?.dts ?? 0
  }

  @Test("a terminal that stands still never delays the stream")
  func frozenTerminal() async throws {
    let server = try await NginxRTMP()
    let run = try await ConsoleRun.live(on: server)
    let terminalProcess = try #require(pid_t(try await run.terminal.fact("pid")))
    let file = try #require(server.recordings(of: Broadcast.key).first)
    let before = try await seconds(of: file)
    kill(terminalProcess, SIGSTOP)
    defer { kill(terminalProcess, SIGCONT) }
    try await eventually("five more seconds of stream", within: .seconds(10)) {
      try await seconds(of: file) > before + 5
    }
    kill(terminalProcess, SIGCONT)
    try await run.waitUntilLive()
    try await run.quit()
    try await run.expectEnd(0)
    let probe = try await MediaProbe(server.finishedRecording(of: Broadcast.key))
    try await probe.expectWhole()
    probe.expectNoBreak()
  }
}
