import Foundation
import TestSupport
import Testing

@Suite("Browsers through the proxy")
struct BrowserTests {
  /// A recording is what IVS wants: H.264 and AAC that decode, nothing missing, sound with its picture.
  private func check(_ file: URL, seconds: Double, frames: Double) async throws {
    let probe = try await MediaProbe(file)
    #expect(probe.video?.codec == "h264" && probe.audio?.codec == "aac", "\(probe.streams)")
    #expect(probe.hasStrictlyMonotonicTimes)
    #expect(Double(probe.videoPackets.count) >= frames * seconds, "\(probe.videoPackets.count) frames")
    // AAC frames follow each other without a hole.
    let sound = probe.audioPackets.map(\.pts)
    let longest = zip(sound, sound.dropFirst()).map { $1 - $0 }.max() ?? 99
    #expect(longest < 0.03, "a hole of \(longest) s in the sound")
    #expect(Double(sound.count) * 1024 / 48_000 >= seconds - 1, "\(sound.count) frames of sound")
    // An IDR at least each five seconds.
    let keyframes = probe.videoPackets.filter(\.isKeyframe).map(\.pts)
    #expect(keyframes.first == probe.videoPackets.first?.pts)
    #expect((zip(keyframes, keyframes.dropFirst()).map { $1 - $0 }.max() ?? 0) <= 5)
    #expect(try await probe.decodeErrors().isEmpty)
    let marks = try await SyncMarks(of: file.path)
    #expect(marks.pairs.count >= Int(seconds) - 5, "\(marks.pairs.count) marks")
    let offsets = marks.pairs.map(\.audioAfterVideo).sorted()
    let median = offsets.isEmpty ? 99 : offsets[offsets.count / 2]
    #expect(abs(median) <= 0.06, "the sound is \(median) s after the picture")
  }

  @Test(
    "a page of the original's design, by its URL: H.264 is copied, VP8 is encoded anew",
    arguments: [("h264", "h264", 20.0), ("vp8", "vp8o", 5.0)])
  func original(codec: String, path: String, frames: Double) async throws {
    let server = try await NginxRTMP()
    let proxy = try await Proxy(
      [], settings: "original-urls: true\nallow: [\"127.0.0.1:\(server.port)\"]")
    let keyFile = try proxy.folder.write(Proxy.key, to: "key").path
    let browser = try BrowserPublisher([
      "--original", "ws://127.0.0.1:\(proxy.port)/rtmps/\(path)/", "--ingest", server.url + "/", "--key-file", keyFile,
      "--codec", codec, "--seconds", "30", "--source", "flash",
    ])
    let (exit, json, _) = try await browser.outcome(within: .seconds(120))
    #expect(exit == .exit(0), "\(json)\n\(proxy.log)")
    #expect(json.contains("MSG: Connected to server"))
    try await check(try await server.finishedRecording(of: Proxy.key), seconds: 28, frames: frames)
    #expect(!proxy.log.contains(Proxy.key))
    #expect(try await proxy.process.stop() == .exit(0))
  }

  @Test("the proxy's own page goes live, tells the figures, and ends the stream")
  func page() async throws {
    let server = try await NginxRTMP()
    let proxy = try await Proxy([("venue", server.url, Proxy.key)])
    let browser = try BrowserPublisher([
      "--page", "http://127.0.0.1:\(proxy.port)/", "--channel", "venue", "--token-file", proxy.tokenFile, "--seconds",
      "30", "--source", "flash",
    ])
    let (exit, json, outcome) = try await browser.outcome(within: .seconds(120))
    #expect(exit == .exit(0), "\(json)\n\(proxy.log)")
    #expect(outcome.complaints.isEmpty && outcome.overflows == false, "\(json)")
    #expect(outcome.states?.contains("On air") == true, "\(json)")
    #expect(!json.contains(proxy.token))
    try await check(try await server.finishedRecording(of: Proxy.key), seconds: 28, frames: 20)
    #expect(!proxy.log.contains(proxy.token) && !proxy.log.contains(Proxy.key))
    #expect(try await proxy.process.stop() == .exit(0))
  }
}
