import Foundation
import TestSupport
import Testing

@Suite("Watching the local channel")
struct WatchingTests {
  /// A broadcast into the local channel, its page, and the port of its ingest.
  private struct Local {
    let broadcast: Broadcast
    let recordings: TemporaryDirectory
    let page: String
    let ingestPort: String

    init(video: String, playbackPort: Int = 0, state: TemporaryDirectory? = nil) async throws {
      recordings = try TemporaryDirectory()
      broadcast = try Broadcast(
        [
          "--camera", "test", "--video", video, "--video-bitrate", "800k", "--record", recordings.url.path,
          "--playback-port", "\(playbackPort)", "--keep-trying",
        ], key: nil, environment: state.map { ["XDG_STATE_HOME": $0.url.path] } ?? [:])
      let watch = try await broadcast.process.waitForLine(containing: "watch at http")
      page = try #require(watch.split(separator: " ").last.map(String.init))
      let live = try await broadcast.process.waitForLine(containing: "live ingest=")
      ingestPort = String(try #require(live.firstMatch(of: /127\.0\.0\.1:(\d+)/)).1)
    }

    /// Breaks the connection to the ingest, and waits for the next one.
    func breakConnection() async throws {
      try await Tool.runAsRoot("ss", ["-K", "-t", "dst", "127.0.0.1", "dport", "=", ":\(ingestPort)"])
      try await broadcast.process.waitForLine(containing: "connection lost")
      try await eventually("live again") {
        broadcast.process.lines(of: .standardError).filter { $0.contains("live ingest=") }.count == 2
      }
    }
  }

  @Test(
    "the page plays in a browser, with picture and sound, in any shape",
    arguments: [(640, 360), (360, 640)])
  func page(width: Int, height: Int) async throws {
    let local = try await Local(video: "\(width)x\(height)@30")
    let playback = try await Viewer(local.page, for: 3).playback()
    #expect(playback.played >= 3, "\(playback)")
    #expect(playback.width == width && playback.height == height, "\(playback)")
    #expect(playback.frames >= 75 && playback.audio > 0, "\(playback)")
    #expect(playback.error.isEmpty && !playback.overflows, "\(playback)")
    #expect(playback.text.contains("live"), "\(playback)")
    // Before the first two seconds are there, there is no playlist.
    #expect(playback.complaints.allSatisfy { $0.contains("404") && $0.contains("index.m3u8") }, "\(playback)")
    #expect(try await local.broadcast.process.stop() == .exit(0))
  }

  @Test(
    "a page that is open goes on by itself when the publisher's connection was lost")
  func pageAfterReconnect() async throws {
    let local = try await Local(video: "640x360@30")
    let viewer = try Viewer(local.page, for: 16, within: 60)
    try await viewer.waitUntilPlaying()
    try await local.breakConnection()
    let playback = try await viewer.playback()
    // More than was there before the connection broke.
    #expect(playback.played >= 16, "\(playback)")
    #expect(playback.error.isEmpty && playback.text.contains("live"), "\(playback)")
    #expect(try await local.broadcast.process.stop() == .exit(0))
  }

  @Test("a page that is open plays the next broadcast too")
  func pageOfNextBroadcast() async throws {
    let (port, state) = (try FreePort.find(), try TemporaryDirectory())
    let first = try await Local(video: "360x640@30", playbackPort: port, state: state)
    let viewer = try Viewer(first.page, for: 14, within: 60)
    try await viewer.waitUntilPlaying()
    #expect(try await first.broadcast.process.stop() == .exit(0))
    let second = try await Local(video: "640x360@30", playbackPort: port, state: state)
    #expect(second.page == first.page)
    let kept = state.file("ivs-broadcast/playback-secret").path
    #expect(try FileManager.default.attributesOfItem(atPath: kept)[.posixPermissions] as? Int == 0o600)
    let playback = try await viewer.playback()
    #expect(playback.played >= 14 && playback.width == 640 && playback.height == 360, "\(playback)")
    #expect(playback.error.isEmpty && playback.text.contains("live"), "\(playback)")
    #expect(try await second.broadcast.process.stop() == .exit(0))
  }

  @Test("a lost connection leaves no hole in the recording, which is one file")
  func recordingThroughReconnect() async throws {
    let local = try await Local(video: "320x180@30")
    let playlist = local.page + "index.m3u8"
    try await eventually("a playlist", within: .seconds(20)) {
      try await Tool.attempt("curl", ["-sf", playlist]).text.contains("#EXTINF")
    }
    try await local.breakConnection()
    try await eventually("a playlist of what is live now", within: .seconds(20)) {
      let text = try await Tool.attempt("curl", ["-sf", playlist]).text
      return text.contains("#EXTINF") && !text.contains("#EXT-X-ENDLIST")
    }
    #expect(try await local.broadcast.process.stop() == .exit(0))
    let files = try FileManager.default.contentsOfDirectory(at: local.recordings.url, includingPropertiesForKeys: nil)
    try #require(files.count == 1, "\(files)")
    let probe = try await MediaProbe(files[0])
    #expect(probe.videoPackets.count >= 90, "\(probe.videoPackets.count) frames")
    #expect(probe.videoPackets.first?.isKeyframe == true)
    #expect(probe.hasStrictlyMonotonicTimes)
    for packets in [probe.videoPackets, probe.audioPackets] {
      #expect(probe.longestGap(packets) < 0.1, "a gap of \(probe.longestGap(packets)) s")
    }
    #expect(try await probe.decodeErrors().isEmpty)
  }
}
