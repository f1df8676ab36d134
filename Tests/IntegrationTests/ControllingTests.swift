import Foundation
import TestSupport
import Testing

@Suite("Controlling a running broadcaster")
struct ControllingTests {
  /// A broadcast with a runtime directory of its own, and the commands of people who share it.
  private struct Run {
    let runtime: TemporaryDirectory
    let broadcast: Broadcast

    init(_ arguments: [String], runtime: TemporaryDirectory? = nil, key: String? = Broadcast.key) throws {
      self.runtime = try runtime ?? TemporaryDirectory()
      broadcast = try Broadcast(
        Broadcast.smallPicture + arguments, key: key, environment: ["XDG_RUNTIME_DIR": self.runtime.url.path])
    }

    var socket: String { runtime.file("ivs-broadcast/control.sock").path }

    func ask(_ words: String...) async throws -> Tool.Result {
      try await Tool.attempt(
        Product.ivsBroadcast(), words, within: .seconds(10), environment: ["XDG_RUNTIME_DIR": runtime.url.path])
    }

    /// One status as JSON.
    func status() async throws -> [String: Any] {
      let result = try await ask("status", "--json", "--socket", socket)
      try #require(result.termination == .exit(0), "\(result.errorText)")
      return try #require(JSONSerialization.jsonObject(with: Data(result.standardOutput)) as? [String: Any])
    }
  }

  @Test("status says live, as JSON and in words; stop ends the broadcast as wished")
  func statusAndStop() async throws {
    let folder = try TemporaryDirectory()
    let run = try Run(["--playback-port", "0", "--record", folder.url.path], key: nil)
    try await run.broadcast.waitUntilLive()
    try await eventually("delivered") {
      (try await run.status()["verdict"] as? [String: Any])?["level"] as? String == "good"
    }
    let status = try await run.status()
    #expect(status["phase"] as? String == "live" && status["channel"] as? String == "local")
    #expect((status["choice"] as? [String: Any])?["camera"] as? String == "test")
    let words = try await run.ask("status", "--socket", run.socket)
    #expect(words.termination == .exit(0))
    #expect(words.text.hasPrefix("● LIVE  00:00:"), "\(words.text)")
    for part in ["verdict    good: delivered", "channel    local, watch at http://127.0.0.1:", "since 2"] {
      #expect(words.text.contains(part), "\(words.text)")
    }
    #expect(try await run.ask("control", "--socket", run.socket, "stop").termination == .exit(0))
    #expect(try await run.broadcast.process.waitForExit(within: .seconds(3)) == .exit(0))
    #expect(!FileManager.default.fileExists(atPath: run.socket))
    let after = try await run.ask("control", "--socket", run.socket, "stop")
    #expect(after.termination == .exit(69))
    #expect(after.errorText.contains("no broadcaster is running (looked at "))
  }

  @Test("hostile programs at the socket make no gap in the stream")
  func hostile() async throws {
    let server = try await NginxRTMP()
    let run = try Run(["--channel", server.url, "--json-status", "-"])
    try await run.broadcast.waitUntilLive()
    let script = """
      import os, socket, sys, time
      lines = [b"x" * 200000, b"[" * 60000 + b"\\n", b'{"watch":true}\\n', b'{"status":true}\\n' * 2000, b"\\n" * 5000]
      deadline, peers = time.monotonic() + 4, []
      while time.monotonic() < deadline:
          peer = socket.socket(socket.AF_UNIX)
          peer.setblocking(False)
          try:
              peer.connect(sys.argv[1])
              peer.send(lines[len(peers) % len(lines)])
          except OSError:
              time.sleep(0.001)
          peers.append(peer)
          if len(peers) > 900: peers = peers[-16:]
      """
    try await Tool.run("python3", ["-c", script, run.socket], within: .seconds(15))
    #expect(try await run.broadcast.process.stop() == .exit(0))
    let probe = try await MediaProbe(try await server.finishedRecording(of: Broadcast.key))
    let times = probe.videoPackets.map(\.dts)
    let longest = zip(times, times.dropFirst()).map { $1 - $0 }.max() ?? .infinity
    #expect(longest < 0.1 && times.count > 100, "a gap of \(longest) s in \(times.count) frames")
  }

  @Test("mute silences what arrives, and everything else is done without a break; refusals come back")
  func intents() async throws {
    let server = try await NginxRTMP()
    let run = try Run(["--channel", server.url, "--json-status", "-"])
    try await run.broadcast.waitUntilLive()
    try await run.broadcast.waitForFrames(60)
    func tell(_ words: String..., answer: String? = nil) async throws {
      let result = try await Tool.attempt(
        Product.ivsBroadcast(), ["control", "--socket", run.socket] + words, within: .seconds(10))
      #expect(result.termination == .exit(0), "\(words): \(result.errorText)")
      if let answer { #expect(result.text == answer + "\n") }
    }
    try await tell("mute", "on", answer: "muted")
    #expect((try await run.status()["audio"] as? [String: Any])?["isMuted"] as? Bool == true)
    try await run.broadcast.waitForFrames(120)
    try await tell("mute", "off", answer: "unmuted")
    try await tell("gain", "-3", answer: "gain -3 dB")
    try await tell("bitrate", "400", answer: "video bitrate: 400 kbit/s")
    try await tell("camera", "none", answer: "camera: none")
    try await run.broadcast.process.waitForLine(containing: "camera off: sending a black picture")
    // One that is not there does not end a broadcast that was on air without it.
    try await tell("camera", "/dev/video77")
    try await run.broadcast.process.waitForLine(containing: "no picture: no camera answers to /dev/video77")
    try await run.broadcast.waitForFrames(30)
    try await tell("camera test")
    try await tell("mark", "kick-off", "of the match", answer: "marked")
    try await run.broadcast.process.waitForLine(containing: "mark: kick-off of the match")
    for (words, part) in [
      (["metadata", "score 1:0"], "timed metadata needs a channel of the AWS account"), (["go-live"], "already on air"),
    ] {
      let refused = try await Tool.attempt(
        Product.ivsBroadcast(), ["control", "--socket", run.socket] + words, within: .seconds(10))
      #expect(refused.termination == .exit(69) && refused.errorText.contains(part), "\(refused.errorText)")
    }
    let wrong = try await run.ask("control", "--socket", run.socket, "gain", "loud")
    #expect(wrong.termination == .exit(64))
    try await run.broadcast.waitForFrames(30)
    #expect(try await run.broadcast.process.stop() == .exit(0))
    let recording = try await server.finishedRecording(of: Broadcast.key)
    let probe = try await MediaProbe(recording)
    try await probe.expectWhole()
    probe.expectNoBreak()
    // The tone beeps each second, so only what is muted is silent for longer.
    let silences = try await Silences.longer(than: 1.5, in: recording)
    #expect(silences.count == 1 && (3...7).contains(silences.first ?? 0), "\(silences)")
  }

  @Test("reconnect makes the connection anew, and the broadcast goes on")
  func reconnect() async throws {
    let server = try await NginxRTMP()
    let run = try Run(["--channel", server.url, "--json-status", "-"])
    try await run.broadcast.waitUntilLive()
    try await run.broadcast.waitForFrames(30)
    #expect(try await run.ask("control", "--socket", run.socket, "reconnect").termination == .exit(0))
    try await run.broadcast.process.waitForLine("a connection made again") {
      $0.contains("\"reconnects\":1") && $0.contains("\"phase\":\"live\"")
    }
    #expect(try await run.broadcast.process.stop() == .exit(0))
  }

  @Test("a broadcaster that stands still: one line and exit 75 within five seconds; it goes on afterwards")
  func frozen() async throws {
    let run = try Run(["--playback-port", "0"], key: nil)
    try await run.broadcast.waitUntilLive()
    run.broadcast.process.signal(SIGSTOP)
    defer { run.broadcast.process.signal(SIGCONT) }
    for words in [["status"], ["control", "mute", "on"]] {
      let start = ContinuousClock.now
      let result = try await Tool.attempt(
        Product.ivsBroadcast(), words + ["--socket", run.socket], within: .seconds(10))
      #expect(result.termination == .exit(75))
      #expect(result.errorText.split(separator: "\n").count == 1 && result.errorText.contains("does not answer"))
      #expect(ContinuousClock.now - start < .seconds(6))
    }
    run.broadcast.process.signal(SIGCONT)
    try await eventually("an answer") { try await run.ask("status", "--socket", run.socket).termination == .exit(0) }
    #expect(try await run.broadcast.process.stop() == .exit(0))
  }

  @Test("two of them: each has a socket, status lists both, and control wants to know which; killed ones leave no trap")
  func several() async throws {
    let runtime = try TemporaryDirectory()
    let first = try Run(["--playback-port", "0"], runtime: runtime, key: nil)
    try await first.broadcast.waitUntilLive()
    let second = try Run(["--playback-port", "0"], runtime: runtime, key: nil)
    try await second.broadcast.waitUntilLive()
    let other = runtime.file("ivs-broadcast/control-\(second.broadcast.process.processIdentifier).sock").path
    let which = try await first.ask("control", "mute", "on")
    #expect(which.termination == .exit(64))
    #expect(which.errorText.contains(first.socket) && which.errorText.contains(other), "\(which.errorText)")
    let both = try await first.ask("status")
    #expect(both.text.contains("\(first.socket):\n") && both.text.contains("\(other):\n"), "\(both.text)")
    first.broadcast.process.signal(SIGKILL)
    _ = try await first.broadcast.process.waitForExit(within: .seconds(3))
    let third = try Run(["--playback-port", "0"], runtime: runtime, key: nil)
    try await third.broadcast.process.waitForLine(containing: "control socket path=\(first.socket)")
    #expect(try await third.broadcast.process.stop() == .exit(0))
    #expect(try await second.broadcast.process.stop() == .exit(0))
  }

  @Test("another user is refused, even where the file would let it in")
  func otherUser() async throws {
    // A place that every user can get to.
    let socket = "/tmp/ivs-control-test-\(UUID().uuidString).sock"
    defer { try? FileManager.default.removeItem(atPath: socket) }
    let run = try Run(["--playback-port", "0", "--control-socket", socket], key: nil)
    try await run.broadcast.waitUntilLive()
    let script =
      "import socket,sys\ns=socket.socket(socket.AF_UNIX)\ns.connect(sys.argv[1])\nprint(s.recv(999).decode())"
    // Only root may become somebody else.
    let (asNobody, root) = geteuid() == 0 ? ("setpriv", []) : ("sudo", ["-n", "setpriv"])
    let nobody =
      root + ["--reuid", "65534", "--regid", "65534", "--clear-groups", "/usr/bin/python3", "-c", script, socket]
    // Nobody is not let into every folder that these tests may run in.
    let closed = try await Tool.attempt(asNobody, nobody, in: "/")
    #expect(closed.errorText.contains("PermissionError"))
    try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: socket)
    let open = try await Tool.run(asNobody, nobody, in: "/")
    #expect(open.text.contains(#"{"error":"only the broadcaster's own user and root may ask","exitStatus":77}"#))
    #expect(try await run.ask("status", "--socket", socket).termination == .exit(0))
    #expect(try await run.broadcast.process.stop() == .exit(0))
  }

  @Test("off has no socket; one that cannot be made is a warning, and the broadcast goes on")
  func without() async throws {
    let off = try Run(["--playback-port", "0", "--control-socket", "off"], key: nil)
    try await off.broadcast.waitUntilLive()
    #expect(!FileManager.default.fileExists(atPath: off.runtime.file("ivs-broadcast").path))
    let nowhere = try Run(["--playback-port", "0", "--control-socket", "/nonexistent/a.sock"], key: nil)
    try await nowhere.broadcast.process.waitForLine(containing: "warning no control socket: /nonexistent/a.sock")
    try await nowhere.broadcast.waitUntilLive()
    #expect(try await off.broadcast.process.stop() == .exit(0))
    #expect(try await nowhere.broadcast.process.stop() == .exit(0))
  }

  @Test("a status has no secret in it")
  func secrets() async throws {
    let server = try await NginxRTMP()
    let run = try Run(["--channel", server.url])
    try await run.broadcast.waitUntilLive()
    for words in [["--json"], []] {
      let status = try await Tool.run(Product.ivsBroadcast(), ["status", "--socket", run.socket] + words)
      #expect(status.text.contains("127.0.0.1") && !status.text.contains(Broadcast.key))
    }
    #expect(try await run.broadcast.process.stop() == .exit(0))
  }

  @Test("the console is asked and told the same way; read-only, it is only asked")
  func console() async throws {
    let runtime = try TemporaryDirectory()
    let socket = runtime.file("ivs-broadcast/control.sock").path
    let home = try TemporaryDirectory()
    let run = try await ConsoleRun(home: home, environment: ["XDG_RUNTIME_DIR": runtime.url.path])
    try await run.waitUntilReady()
    func tell(_ words: String...) async throws -> Tool.Result {
      try await Tool.attempt(
        Product.ivsBroadcast(), words + ["--socket", socket], within: .seconds(10))
    }
    #expect(try await tell("status").text.hasPrefix("○ READY"))
    #expect(try await tell("control", "reconnect").termination == .exit(69))
    #expect(try await tell("control", "go-live").termination == .exit(0))
    try await run.waitUntilLive()
    #expect(try await tell("control", "mute", "on").termination == .exit(0))
    try await run.terminal.wait("MUTED in the first row") { $0.prefix(120).contains("MUTED") }
    #expect(try await tell("control", "camera", "none").termination == .exit(0))
    try await eventually("kept for the next time") {
      try String(contentsOf: run.settingsFile, encoding: .utf8).contains("camera: 'none'")
    }
    #expect(try await tell("control", "stop").termination == .exit(0))
    try await run.terminal.wait(for: "READY")
    try await run.terminal.press("q")
    try await run.expectEnd(0)
    #expect(!FileManager.default.fileExists(atPath: socket))

    let watched = try await ConsoleRun(
      ["--read-only"], home: home, environment: ["XDG_RUNTIME_DIR": runtime.url.path])
    try await watched.terminal.wait(for: "READY")
    #expect(try await tell("status").termination == .exit(0))
    let refused = try await tell("control", "go-live")
    #expect(refused.termination == .exit(69) && refused.errorText.contains("read-only"))
  }
}

/// Stretches of digital silence in a recording.
enum Silences {
  /// Seconds of each one longer than `limit`, in which no sample is louder than -100 dBFS.
  static func longer(than limit: Double, in recording: URL) async throws -> [Double] {
    let found = try await Tool.run(
      "ffmpeg",
      [
        "-nostdin", "-hide_banner", "-nostats", "-i", recording.path, "-map", "0:a", "-af",
        "silencedetect=noise=-100dB:d=\(limit)", "-f", "null", "-",
      ])
    return found.errorText.matches(of: /silence_duration: ([0-9.]+)/).compactMap { Double($0.1) }
  }
}
