import Media
import Packets
import TestSupport
import Testing

@testable import SRT

@Suite("Publishing to srt-live-transmit")
struct PublishTests {
  @Test(
    "what arrives is the stream that was sent, picture and sound, and decodes without a complaint",
    arguments: [
      nil, Live.passphrase,
    ])
  func delivered(passphrase: String?) async throws {
    let sample = try SampleStream()
    let receiver = try await SRTReceiver(passphrase: passphrase)
    let publisher = try await Live.connect(receiver.url + "?latency=200", passphrase: passphrase)
    try await Live.send(sample.packets, sample, to: publisher)
    try await eventually("everything is acknowledged") {
      publisher.statistics.packetsSent == sample.packets.count && publisher.statistics.bufferedBytes == 0
    }
    let figures = publisher.statistics
    #expect(figures.bytesAcknowledged == figures.bytesSent && figures.bytesSent > 100_000)
    #expect(figures.packetsDropped == 0)
    #expect(figures.lastDecodeTime == sample.packets.last?.decodeTime)
    #expect(try #require(figures.roundTripTime) < .seconds(1))
    await publisher.close()
    #expect(UInt64(try await receiver.finish().count) == figures.bytesSent)

    let probe = try await MediaProbe(try await receiver.recording())
    #expect(probe.container == "mpegts")
    #expect(probe.video?.codec == "h264" && probe.video?.profile == "Main" && probe.video?.width == 320)
    #expect(probe.audio?.codec == "aac" && probe.audio?.sampleRate == 48_000 && probe.audio?.channels == 2)
    #expect(probe.videoPackets.count == sample.frames)
    #expect(probe.hasStrictlyMonotonicTimes)
    #expect(try await probe.decodeErrors().isEmpty)
  }

  @Test("a stream that ends while nobody has had the time to look is still whole at the other end")
  func wholeEnd() async throws {
    let sample = try SampleStream(seconds: 1)
    let receiver = try await SRTReceiver()
    let publisher = try await Live.connect(receiver.url + "?latency=300")
    try await Live.send(sample.packets, sample, to: publisher)
    await publisher.close()
    #expect(UInt64(try await receiver.finish().count) == publisher.statistics.bytesSent)
  }

  @Test("on a path that loses every tenth packet the stream is whole all the same, and encrypted on the way")
  func losses() async throws {
    let sample = try SampleStream()
    let receiver = try await SRTReceiver(passphrase: Live.passphrase)
    let relay = try LossyRelay(to: receiver.port, loses: 10)
    let publisher = try await Live.connect("srt://127.0.0.1:\(relay.port)?latency=400", passphrase: Live.passphrase)
    try await Live.send(sample.packets, sample, to: publisher)
    try await eventually("everything is acknowledged") { publisher.statistics.bufferedBytes == 0 }
    await publisher.close()
    let figures = publisher.statistics
    #expect(figures.retransmits >= figures.transportPacketsSent / 10)
    #expect(figures.packetsDropped == 0 && figures.bytesAcknowledged == figures.bytesSent)
    #expect(UInt64(try await receiver.finish().count) == figures.bytesSent)
    // A payload's first packet of MPEG-TS would begin behind the header of 16 bytes.
    let payloads = relay.datagrams.filter { $0.count > 16 + 188 && $0[0] & 0x80 == 0 }
    #expect(payloads.count > 100 && payloads.count { $0[16] == 0x47 } < payloads.count / 10)
    // SRT has each word of a stream id backwards, and leaves it in the clear; the passphrase never leaves.
    let handshakes = relay.datagrams.filter { $0[0] & 0x80 != 0 }.map { datagram in
      String(decoding: datagram.indices.map { datagram[min($0 ^ 3, datagram.count - 1)] }, as: UTF8.self)
    }
    #expect(handshakes.contains { $0.contains(Live.key) })
    #expect(!handshakes.contains { $0.contains(Live.passphrase.prefix(12)) })
  }

  @Test("the key goes as stream id, a priority in SRT's access control syntax")
  func streamID() async throws {
    let doorman = try Doorman()
    for key in ["sk_a", "sk_a?priority=3"] {
      let publisher = try await Live.connect("srt://127.0.0.1:\(doorman.port)", key: key)
      await publisher.close()
    }
    #expect(doorman.streamIDs == ["sk_a", "#!::u=sk_a,priority=3"])
  }

  @Test("addresses of both families, and names, lead to the server", arguments: ["localhost", "[::1]"])
  func addresses(host: String) async throws {
    let doorman = try Doorman(isIPv6: host == "[::1]")
    let publisher = try await Live.connect("srt://\(host):\(doorman.port)")
    await publisher.close()
    #expect(doorman.streamIDs == [Live.key])
  }
}

@Suite("SRT connections that fail")
struct FailureTests {
  private static let quick = SRTDeadlines(connect: .milliseconds(600))

  @Test("nobody listens: the deadline ends it")
  func silent() async throws {
    let port = try FreePort.find()
    let before = ContinuousClock.now
    #expect(
      try await Live.connectError("srt://127.0.0.1:\(port)", deadlines: Self.quick)
        == .noAnswer(at: "127.0.0.1:\(port)", .milliseconds(600)))
    #expect(ContinuousClock.now - before < .seconds(3))
  }

  @Test("no such host")
  func unknownHost() async throws {
    #expect(try await Live.connectError("srt://no-such-host.invalid") == .unknownHost("no-such-host.invalid"))
  }

  @Test(
    "passphrases that do not match",
    arguments: [
      ("another passphrase", Live.passphrase, SRTRejection(code: 10)), (nil, Live.passphrase, SRTRejection(code: 11)),
      (Live.passphrase, nil, SRTRejection(code: 11)),
    ] as [(String?, String?, SRTRejection)])
  func wrongPassphrase(ours: String?, theirs: String?, rejection: SRTRejection) async throws {
    let receiver = try await SRTReceiver(passphrase: theirs)
    let error = try #require(try await Live.connectError(receiver.url, passphrase: ours))
    #expect(error == .rejected(rejection, at: "127.0.0.1:\(receiver.port)", hasPassphrase: ours != nil))
    #expect(!error.description.contains("another passphrase"))
  }

  @Test("a server that turns the stream down with a code of its own", arguments: [1401, 1409, 1503] as [Int32])
  func refused(code: Int32) async throws {
    let doorman = try Doorman(refusal: code)
    #expect(
      try await Live.connectError("srt://127.0.0.1:\(doorman.port)")
        == .rejected(SRTRejection(code: code), at: "127.0.0.1:\(doorman.port)", hasPassphrase: false))
  }

  @Test("cancelling gives the caller back at once")
  func cancelled() async throws {
    let relay = try LossyRelay(to: FreePort.find(), loses: 2)
    let connecting = Task { try await Live.connectError("srt://127.0.0.1:\(relay.port)") }
    try await eventually("the handshake has begun") { !relay.datagrams.isEmpty }
    let before = ContinuousClock.now
    connecting.cancel()
    #expect(try await connecting.value == .cancelled)
    #expect(ContinuousClock.now - before < .seconds(1))
  }

  @Test("a peer that freezes is given up within eight seconds, and closing is quick")
  func frozen() async throws {
    let sample = try SampleStream()
    let receiver = try await SRTReceiver()
    let publisher = try await Live.connect(receiver.url)
    try await Live.send(sample.packets, sample, to: publisher)
    receiver.freeze()
    let before = ContinuousClock.now
    let failure = try await Live.sendUntilEnd(sample, to: publisher)
    #expect(ContinuousClock.now - before < .seconds(8))
    #expect(failure == .stalled(.seconds(5), at: "127.0.0.1:\(receiver.port)"))
    #expect(await publisher.waitUntilClosed() == failure)
    // Sending waited for the peer: what it cannot have does not pile up here.
    #expect(publisher.statistics.bytesSent - publisher.statistics.bytesAcknowledged < 10_000_000)
    let closing = ContinuousClock.now
    await publisher.close()
    #expect(ContinuousClock.now - closing < .seconds(1))
    receiver.thaw()
  }

  @Test("a peer that freezes until nothing more is taken, and no longer, is waited for")
  func shortFreeze() async throws {
    let sample = try SampleStream()
    let receiver = try await SRTReceiver()
    let publisher = try await Live.connect(receiver.url)
    receiver.freeze()
    let sending = Task { try await Live.sendUntilEnd(sample, to: publisher) }
    try await eventually("sending waits") { publisher.statistics.bufferedTime > .milliseconds(600) }
    let before = publisher.statistics.bytesAcknowledged
    receiver.thaw()
    try await eventually("bytes are acknowledged again") { publisher.statistics.bytesAcknowledged > before }
    await publisher.close()
    #expect(try await sending.value == .closed)
  }

  @Test("one that makes place for another closes at once, with whatever waits")
  func abandoned() async throws {
    let sample = try SampleStream()
    let receiver = try await SRTReceiver()
    let publisher = try await Live.connect(receiver.url)
    try await Live.send(sample.packets, sample, to: publisher)
    let before = ContinuousClock.now
    await publisher.close(delivers: false)
    #expect(ContinuousClock.now - before < .milliseconds(500))
    #expect(await publisher.waitUntilClosed() == .closed)
  }

  @Test("closing while the peer is frozen is bounded")
  func closeWhileStuck() async throws {
    let sample = try SampleStream()
    let receiver = try await SRTReceiver()
    let publisher = try await Live.connect(receiver.url)
    receiver.freeze()
    let sending = Task { try await Live.sendUntilEnd(sample, to: publisher) }
    try await eventually("bytes wait") { publisher.statistics.bufferedTime > .milliseconds(300) }
    let before = ContinuousClock.now
    await publisher.close()
    #expect(ContinuousClock.now - before < .milliseconds(1200))
    #expect(try await sending.value == .closed)
    #expect(await publisher.waitUntilClosed() == .closed)
    await publisher.close()
    receiver.thaw()
  }

  @Test("a peer that is killed is noticed without sending")
  func killed() async throws {
    let receiver = try await SRTReceiver()
    let publisher = try await Live.connect(receiver.url)
    try await receiver.crash()
    let before = ContinuousClock.now
    _ = await publisher.waitUntilClosed()
    #expect(ContinuousClock.now - before < .seconds(8))
  }
}
