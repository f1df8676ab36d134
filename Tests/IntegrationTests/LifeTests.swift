import Foundation
import TestSupport
import Testing

@Suite("Stopping, losing and finding the connection again")
struct LifeTests {
  @Test("a stop signal ends a live stream in the protocol within three seconds", arguments: [SIGINT, SIGTERM, SIGHUP])
  func stopLive(signal: Int32) async throws {
    let server = try await NginxRTMP()
    let broadcast = try Broadcast([
      "--camera", "test", "--video", "320x180@30", "--video-bitrate", "300k", "--channel", server.url,
    ])
    try await broadcast.waitUntilLive()
    try await broadcast.process.waitForLine(containing: "status on-air=")
    broadcast.process.signal(signal)
    #expect(try await broadcast.process.waitForExit(within: .seconds(3)) == .exit(0))
    try await eventually("the server hears deleteStream") { server.log.contains { $0.contains("deleteStream") } }
  }

  @Test("a stop while the server answers nothing, and while waiting for the next attempt, takes under three seconds")
  func stopElsewhere() async throws {
    let silent = try SilentServer()
    let connecting = try Broadcast(["--camera", "test", "--channel", "rtmp://127.0.0.1:\(silent.port)/live"])
    try await eventually("the connection is there") { silent.connections > 0 }
    connecting.process.signal(SIGTERM)
    #expect(try await connecting.process.waitForExit(within: .seconds(3)) == .exit(0))

    let closed = try FreePort.find()
    let waiting = try Broadcast(["--camera", "test", "--keep-trying", "--channel", "rtmp://127.0.0.1:\(closed)/live"])
    try await waiting.process.waitForLine(containing: "connection failed")
    waiting.process.signal(SIGTERM)
    #expect(try await waiting.process.waitForExit(within: .seconds(3)) == .exit(0))
  }

  @Test("a second signal ends it at once")
  func secondSignal() async throws {
    let silent = try SilentServer()
    let broadcast = try Broadcast(["--camera", "test", "--channel", "rtmp://127.0.0.1:\(silent.port)/live"])
    try await eventually("the connection is there") { silent.connections > 0 }
    broadcast.process.signal(SIGINT)
    broadcast.process.signal(SIGINT)
    broadcast.process.signal(SIGTERM)
    let exit = try await broadcast.process.waitForExit(within: .seconds(3))
    #expect([.exit(0), .exit(128 + SIGINT), .exit(128 + SIGTERM)].contains(exit))
  }

  @Test("a server that crashes and comes back is found again, and gets an IDR with parameter sets first")
  func reconnect() async throws {
    let first = try await NginxRTMP()
    let broadcast = try Broadcast([
      "--camera", "test", "--video", "320x180@30", "--video-bitrate", "300k", "--channel", first.url, "--json-status",
      "-",
      "--keep-trying",
    ])
    try await broadcast.waitUntilLive()
    try await broadcast.process.waitForLine(containing: "status on-air=")
    try await first.crash()
    try await broadcast.process.waitForLine(containing: "connection lost")
    let second = try await NginxRTMP(port: first.port)
    try await broadcast.process.waitForLine("reconnects", within: .seconds(20)) { $0.contains("\"reconnects\":1") }
    try await broadcast.process.waitForLine("frames after it", within: .seconds(20)) {
      $0.contains("\"reconnects\":1") && $0.contains("\"phase\":\"live\"") && $0.contains("\"level\":\"good\"")
    }
    #expect(try await broadcast.process.stop() == .exit(0))
    let probe = try await MediaProbe(try await second.finishedRecording(of: Broadcast.key))
    #expect(probe.videoPackets.first?.isKeyframe == true)
    #expect(try await probe.decodeErrors().isEmpty)
    #expect(probe.hasStrictlyMonotonicTimes)
  }
}

@Suite("Recordings and the local channel")
struct LocalTests {
  @Test("the local channel: a recording, and HLS that a player reads while it is live")
  func local() async throws {
    let folder = try TemporaryDirectory()
    let broadcast = try Broadcast(
      [
        "--camera", "test", "--video", "640x360@30", "--video-bitrate", "800k", "--record", folder.url.path,
        "--playback-port", "0",
      ],
      key: nil)
    let line = try await broadcast.process.waitForLine(containing: "watch at http")
    let url = try #require(line.split(separator: " ").last.map(String.init))
    try await eventually("the playlist has two segments", within: .seconds(30)) {
      let playlist = try await Tool.attempt("curl", ["-sf", url + "index.m3u8"])
      return playlist.text.matches(of: /#EXTINF:2\.0/).count >= 2
    }
    let watched = folder.file("watched.mp4")
    try await Tool.run("ffmpeg", ["-v", "error", "-i", "\(url)index.m3u8", "-t", "3", "-c", "copy", watched.path])
    let live = try await MediaProbe(watched)
    #expect(live.video?.codec == "h264" && live.audio?.codec == "aac")
    #expect(live.videoPackets.count >= 60 && live.videoPackets.first?.isKeyframe == true)
    try FileManager.default.removeItem(at: watched)
    let page = try await Tool.run("curl", ["-sf", url])
    #expect(page.text.contains("<video"))
    for path in ["../../etc/passwd", "%2e%2e/etc/passwd", "nothing.mp4", ".hidden.mp4"] {
      #expect(try await Tool.attempt("curl", ["-sf", "--path-as-is", url + path]).termination == .exit(22))
    }
    #expect(try await broadcast.process.stop() == .exit(0))
    let files = try FileManager.default.contentsOfDirectory(at: folder.url, includingPropertiesForKeys: nil)
    #expect(files.count == 1)
    let probe = try await MediaProbe(try #require(files.first))
    #expect(probe.gopLengths.dropLast().allSatisfy { $0 == 60 })
    #expect(try await probe.decodeErrors().isEmpty)
  }

  @Test("a recording that was cut off by kill -9 plays")
  func killed() async throws {
    let folder = try TemporaryDirectory()
    let broadcast = try Broadcast(
      [
        "--camera", "test", "--video", "320x180@30", "--video-bitrate", "300k", "--record", folder.url.path,
        "--json-status", "-",
      ],
      key: nil)
    try await broadcast.process.waitForLine("five seconds of frames", within: .seconds(20)) { line in
      guard let match = line.firstMatch(of: /"framesEncoded":(\d+)/) else { return false }
      return (Int(match.1) ?? 0) >= 150
    }
    broadcast.process.signal(SIGKILL)
    _ = try await broadcast.process.waitForExit(within: .seconds(3))
    let files = try FileManager.default.contentsOfDirectory(at: folder.url, includingPropertiesForKeys: nil)
    let probe = try await MediaProbe(try #require(files.first))
    #expect(probe.videoPackets.count >= 90, "\(probe.videoPackets.count) frames")
    #expect(probe.audioPackets.count >= 100)
  }

  @Test("a disk that fills up ends the recording, not the stream")
  func diskFull() async throws {
    let server = try await NginxRTMP()
    let folder = try TemporaryDirectory()
    try await Tool.runAsRoot("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", folder.url.path])
    do {
      let broadcast = try Broadcast([
        "--camera", "test", "--video", "640x360@30", "--video-bitrate", "2M", "--record", folder.url.path, "--channel",
        server.url, "--duration", "8s",
      ])
      try await broadcast.process.waitForLine(containing: "recording ended, the stream continues")
      #expect(broadcast.process.text(of: .standardError).contains("disk is full"))
      #expect(try await broadcast.process.waitForExit(within: .seconds(20)) == .exit(0))
    }
    try await Tool.runAsRoot("umount", [folder.url.path])
    let probe = try await MediaProbe(try await server.finishedRecording(of: Broadcast.key))
    #expect((239...241).contains(probe.videoPackets.count), "\(probe.videoPackets.count) frames")
  }

  @Test("a film in a loop: its own picture and sound, scaled and in real time")
  func film() async throws {
    let server = try await NginxRTMP()
    let folder = try TemporaryDirectory()
    let film = folder.file("film.mp4")
    try await Tool.run(
      "ffmpeg",
      [
        "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=640x480:rate=25", "-f", "lavfi", "-i",
        "sine=frequency=440:sample_rate=44100", "-t", "3", "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac",
        film.path,
      ])
    let run = try await Broadcast.run(
      ["--camera", "file:\(film.path)", "--video", "640x360@30", "--channel", server.url, "--duration", "8s"],
      within: .seconds(30))
    #expect(run.exit == .exit(0), "\(run.error)")
    let recording = try await server.finishedRecording(of: Broadcast.key)
    let probe = try await MediaProbe(recording)
    #expect(probe.video?.width == 640 && probe.video?.height == 360)
    #expect((238...241).contains(probe.videoPackets.count), "\(probe.videoPackets.count) frames")
    #expect(probe.hasStrictlyMonotonicTimes)
    let tone = try await Tone(of: recording.path)
    #expect(abs(tone.frequency - 440) < 5 && tone.continuity > 0.98, "\(tone)")
  }
}

@Suite("Foreign peers")
struct PeerTests {
  @Test("ffmpeg as the server takes the stream whole")
  func ffmpegListens() async throws {
    let folder = try TemporaryDirectory()
    let port = try FreePort.find()
    let server = try RunningProcess(
      "ffmpeg",
      [
        "-v", "error", "-listen", "1", "-i", "rtmp://127.0.0.1:\(port)/live/\(Broadcast.key)", "-map", "0:v", "-map",
        "0:a", "-c", "copy", folder.file("out.mkv").path,
      ])
    try await FreePort.waitForListener(on: port)
    let run = try await Broadcast.run(
      [
        "--camera", "test", "--video", "320x180@30", "--video-bitrate", "300k", "--channel",
        "rtmp://127.0.0.1:\(port)/live", "--duration", "5s",
      ])
    #expect(run.exit == .exit(0), "\(run.error)")
    _ = try await server.waitForExit(within: .seconds(10))
    let probe = try await MediaProbe(folder.file("out.mkv"))
    #expect((149...151).contains(probe.videoPackets.count), "\(probe.videoPackets.count) frames")
    #expect(try await probe.decodeErrors().isEmpty)
  }
}

@Suite("Secrets")
struct SecretTests {
  @Test("the stream key is in no argument, environment-free log, status, recording or world-readable file")
  func nowhere() async throws {
    let server = try await NginxRTMP()
    let folder = try TemporaryDirectory()
    let status = folder.file("status.json")
    let broadcast = try Broadcast([
      "--camera", "test", "--video", "320x180@30", "--video-bitrate", "300k", "--channel", server.url, "--log-level",
      "trace",
      "--json-status", status.path, "--record", folder.url.path, "--keep-trying",
    ])
    try await broadcast.waitUntilLive()
    try await broadcast.process.waitForLine(containing: "status on-air=")
    let arguments = try Data(contentsOf: URL(filePath: "/proc/\(broadcast.process.processIdentifier)/cmdline"))
    #expect(!arguments.contains(sequence: Broadcast.key))
    try await server.crash()
    try await broadcast.process.waitForLine(containing: "connection lost")
    #expect(try await broadcast.process.stop() == .exit(0))
    #expect(!broadcast.process.text(of: .standardError).contains(Broadcast.key))
    #expect(!broadcast.process.text(of: .standardOutput).contains(Broadcast.key))
    let files = try FileManager.default.contentsOfDirectory(at: folder.url, includingPropertiesForKeys: nil)
    #expect(files.count == 2)
    for file in files {
      #expect(!(try Data(contentsOf: file).contains(sequence: Broadcast.key)), "\(file.lastPathComponent)")
    }
  }
}

extension Data {
  fileprivate func contains(sequence text: String) -> Bool { range(of: Data(text.utf8)) != nil }
}
