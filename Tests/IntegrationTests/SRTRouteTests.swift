import Foundation
import TestSupport
import Testing

@Suite("A channel over SRT")
struct SRTRouteTests {
  private static let passphrase = "Geheim-0123456789-0123456789-0123456789-0123456789-0123456789-01234"

  /// Starts the program towards `port`; the passphrase comes from a file.
  private func start(
    port: Int, passphrase: String? = Self.passphrase, in folder: TemporaryDirectory, _ arguments: String...
  ) throws -> Broadcast {
    var all = Broadcast.smallPicture + ["--channel", "srt://127.0.0.1:\(port)", "--json-status", "-"] + arguments
    if let passphrase {
      all += ["--passphrase-file", try folder.write(passphrase + "\n", to: "passphrase").path]
    }
    return try Broadcast(all)
  }

  /// Neither secret is in anything that the program said.
  private func expectNoSecret(
    _ broadcast: Broadcast, _ passphrase: String = Self.passphrase, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for stream in RunningProcess.Stream.allCases {
      let text = broadcast.process.text(of: stream)
      #expect(!text.contains(Broadcast.key) && !text.contains(passphrase), sourceLocation: sourceLocation)
    }
  }

  @Test("what arrives is the whole picture and sound, the status has SRT's figures, and secrets are nowhere")
  func onAir() async throws {
    let folder = try TemporaryDirectory()
    let receiver = try await SRTReceiver(passphrase: Self.passphrase)
    let broadcast = try start(port: receiver.port, in: folder, "--duration", "4s", "--log-level", "trace")
    try await broadcast.waitUntilLive()
    let words = try String(contentsOfFile: "/proc/\(broadcast.process.processIdentifier)/cmdline", encoding: .utf8)
    #expect(!words.contains(Self.passphrase) && !words.contains(Broadcast.key))
    #expect(try await broadcast.process.waitForExit(within: .seconds(20)) == .exit(0))

    let lines = broadcast.process.lines(of: .standardOutput)
    let good = try #require(lines.last { $0.contains("\"phase\":\"live\"") && $0.contains("\"level\":\"good\"") })
    #expect(good.contains("\"droppedByProtocol\":0"))
    #expect(good.firstMatch(of: /"roundTripMilliseconds":0\.\d*[1-9]/) != nil, "\(good)")
    #expect(good.firstMatch(of: /"bytesAcknowledged":[1-9]\d{4}/) != nil, "\(good)")
    #expect(good.contains("\"estimatedKilobitsPerSecond\":"))
    expectNoSecret(broadcast)

    let probe = try await MediaProbe(try await receiver.recording())
    #expect(probe.video?.codec == "h264" && probe.video?.width == 320 && probe.video?.height == 180)
    #expect(probe.audio?.codec == "aac" && probe.audio?.sampleRate == 48_000)
    // At the end a receiver lets go of what it holds: a tenth of its second at most is not waited for.
    #expect((112...121).contains(probe.videoPackets.count), "\(probe.videoPackets.count) frames")
    #expect(probe.gopLengths.dropLast().allSatisfy { $0 == 60 }, "\(probe.gopLengths)")
    #expect(probe.hasStrictlyMonotonicTimes)
    #expect(try await probe.decodeErrors().isEmpty)
  }

  @Test("a wrong passphrase is one clear line and exit code 77; a missing one says where to give it")
  func wrongPassphrase() async throws {
    let folder = try TemporaryDirectory()
    let receiver = try await SRTReceiver(passphrase: Self.passphrase)
    for (passphrase, words) in [("another passphrase", "wrong passphrase"), (nil, "--passphrase-file")] {
      let broadcast = try start(port: receiver.port, passphrase: passphrase, in: folder)
      #expect(try await broadcast.process.waitForExit(within: .seconds(10)) == .exit(77))
      let line = try #require(broadcast.process.text(of: .standardError).lastFailure)
      #expect(line.contains(words) && line.contains("127.0.0.1:\(receiver.port)"), "\(line)")
      expectNoSecret(broadcast, "another passphrase")
    }
  }

  @Test("a passphrase that is none, or in the place of its file, is refused and not repeated")
  func badPassphrase() async throws {
    let folder = try TemporaryDirectory()
    let short = try start(port: 9, passphrase: "Geheim", in: folder)
    #expect(try await short.process.waitForExit(within: .seconds(10)) == .exit(78))
    #expect(try #require(short.process.text(of: .standardError).lastFailure).contains("10 to 79"))
    let misplaced = try start(port: 9, passphrase: nil, in: folder, "--passphrase-file", Self.passphrase)
    #expect(try await misplaced.process.waitForExit(within: .seconds(10)) == .exit(78))
    expectNoSecret(misplaced)
    let inURL = try await Broadcast.run(
      Broadcast.smallPicture + ["--channel", "srt://127.0.0.1:9?passphrase=\(Self.passphrase)"])
    #expect(inURL.exit == .exit(64) && inURL.error.contains("--passphrase-file"))
    #expect(!inURL.error.contains(Self.passphrase))
  }

  @Test("nobody listens: one line and exit code 75 within the bound")
  func nobody() async throws {
    let folder = try TemporaryDirectory()
    let port = try FreePort.find()
    let broadcast = try start(port: port, in: folder)
    #expect(try await broadcast.process.waitForExit(within: .seconds(16)) == .exit(75))
    #expect(try #require(broadcast.process.text(of: .standardError).lastFailure).contains("did not answer over SRT"))
    expectNoSecret(broadcast)
  }

  @Test("a receiver that is killed is replaced by the next one on its port, and the stream goes on from an IDR")
  func reconnect() async throws {
    let folder = try TemporaryDirectory()
    let receiver = try await SRTReceiver(passphrase: Self.passphrase)
    let broadcast = try start(port: receiver.port, in: folder, "--keep-trying")
    try await broadcast.waitUntilLive()
    try await broadcast.waitForFrames(60)
    try await receiver.crash()
    try await broadcast.process.waitForLine(containing: "connection lost", within: .seconds(10))
    let second = try await SRTReceiver(passphrase: Self.passphrase, port: receiver.port)
    try await eventually("the stream is back", within: .seconds(20)) { second.byteCount > 100_000 }
    broadcast.process.signal(SIGTERM)
    let before = ContinuousClock.now
    #expect(try await broadcast.process.waitForExit(within: .seconds(10)) == .exit(0))
    #expect(ContinuousClock.now - before < .seconds(4))
    expectNoSecret(broadcast)
    let probe = try await MediaProbe(try await second.recording())
    #expect(probe.videoPackets.first?.isKeyframe == true)
    #expect(try #require(probe.videoPackets.first).dts > 2, "the timeline goes on")
    #expect(try await probe.decodeErrors().isEmpty)
  }

  @Test("a receiver that freezes is noticed within eight seconds, and good is not said meanwhile")
  func frozen() async throws {
    let folder = try TemporaryDirectory()
    let receiver = try await SRTReceiver(passphrase: Self.passphrase)
    let broadcast = try start(port: receiver.port, in: folder, "--keep-trying")
    try await broadcast.waitUntilLive()
    try await eventually("it is good") {
      broadcast.process.lines(of: .standardOutput).last?.contains("\"level\":\"good\"") == true
    }
    receiver.freeze()
    let frozen = ContinuousClock.now
    try await broadcast.process.waitForLine(containing: "connection lost", within: .seconds(10))
    #expect(ContinuousClock.now - frozen < .seconds(8))
    let before = broadcast.process.lines(of: .standardOutput).count { $0.contains("\"level\":\"bad\"") }
    #expect(before > 0)
    receiver.thaw()
    broadcast.process.signal(SIGTERM)
    #expect(try await broadcast.process.waitForExit(within: .seconds(5)) == .exit(0))
  }
}
