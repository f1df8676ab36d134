import Foundation
import Media
import NIOCore
import NIOPosix
import Synchronization
import TestSupport
import Testing

@testable import RTMP

@Suite("The ingest's dialogue")
struct IngestTests {
  /// Sends messages to an ingest past its handshake, as a client with one chunk writer.
  private struct Client {
    var ingest = IngestStateMachine(nonce: .zeros)
    var writer = ChunkWriter()

    init() {
      var handshake = ByteBuffer(bytes: [3])
      handshake.writeRepeatingByte(0, count: 2 * Handshake.packetBytes)
      _ = ingest.receive(handshake, at: .zero)
    }

    mutating func send(_ messages: RTMPMessage...) -> [IngestStateMachine.Effect] {
      var output = ByteBuffer()
      for message in messages { writer.write(message, into: &output) }
      return ingest.receive(output, at: MediaTime(milliseconds: 7))
    }

    mutating func publish() {
      let object: AMF0Object = ["app": .string("app?x=1")]
      _ = send(
        CommandMessage("connect", transactionID: 1, object: .object(object)).message(),
        CommandMessage("publish", transactionID: 5, arguments: [.string("name")]).message(streamID: 1))
      _ = ingest.accept()
    }
  }

  private func media(_ type: MessageType, _ time: UInt32, _ hex: String) -> RTMPMessage {
    RTMPMessage(type: type, streamID: 1, timestamp: time, payload: ByteBuffer(hex: hex))
  }

  private let video = "1700000000 0142c00bffe100186742c00bda0a11f970110000030001000003003c0f142aa001000468ce0fc8"

  @Test("the handshake is answered with our packet and the client's own")
  func handshake() {
    var ingest = IngestStateMachine(nonce: .zeros)
    var opening = ByteBuffer(bytes: [3])
    opening.writeRepeatingByte(5, count: Handshake.packetBytes)
    guard case .send(let answer)? = ingest.receive(opening, at: .zero).first else {
      Issue.record("no answer")
      return
    }
    #expect(answer.readableBytes == 1 + 2 * Handshake.packetBytes)
    #expect(answer.getBytes(at: 1 + Handshake.packetBytes, length: 4) == [5, 5, 5, 5])
    var other = IngestStateMachine(nonce: .zeros)
    #expect(other.receive(ByteBuffer(string: "GET /"), at: .zero) == [.violation("handshake version 71")])
  }

  @Test("nothing is read on while it is undecided who may publish")
  func deciding() {
    var client = Client()
    let effects = client.send(
      CommandMessage("connect", transactionID: 1, object: .object(["app": .string("app/")])).message(),
      CommandMessage("publish", transactionID: 5, arguments: [.string("name")]).message(streamID: 1),
      CommandMessage("deleteStream", arguments: [.number(1)]).message())
    #expect(effects.last == .decide(app: "app", name: "name"))
    #expect(client.ingest.resume(at: .zero) == [])
    _ = client.ingest.accept()
    #expect(client.ingest.resume(at: .zero).contains(.ended))
  }

  @Test("video alone is the whole stream after a second of it")
  func videoOnly() {
    var client = Client()
    client.publish()
    #expect(client.send(media(.video, 0, video)) == [])
    #expect(client.send(media(.video, 0, "1701000000 aa"), media(.video, 999, "2701000000 bb")) == [])
    let effects = client.send(media(.video, 1000, "2701000000 cc"))
    guard case .begin(let description, nil)? = effects.first else {
      Issue.record("\(effects)")
      return
    }
    #expect(description.audio == nil)
    #expect(description.video?.size == PictureSize(width: 160, height: 120))
    #expect(effects.count == 4)
  }

  @Test("a stream shorter than that comes out at its end")
  func shortStream() {
    var client = Client()
    client.publish()
    _ = client.send(media(.video, 0, video), media(.video, 0, "1701000000 aa"))
    let effects = client.send(CommandMessage("FCUnpublish", transactionID: 6).message())
    #expect(effects.contains { if case .begin = $0 { true } else { false } })
    #expect(effects.contains(.ended))
  }

  @Test("the same sequence header again is nothing new, another one ends a stream that has begun")
  func sequenceHeaders() {
    var client = Client()
    client.publish()
    #expect(client.send(media(.video, 0, video), media(.video, 10, video)) == [])
    let changed = video.replacingOccurrences(of: "68ce0fc8", with: "68ce0fc9")
    #expect(client.send(media(.video, 20, changed)) == [], "nothing was said of the first one yet")
    _ = client.send(media(.video, 20, "1701000000 aa"), media(.video, 1020, "2701000000 aa"))
    #expect(client.send(media(.video, 1040, video)).last == .violation("the video's parameters changed"))
  }

  @Test("times go on over 2^32 ms")
  func wrap() {
    var client = Client()
    client.publish()
    _ = client.send(media(.video, 0, video), media(.audio, 0, "af00 1190"))
    let effects = client.send(
      media(.video, 0xffff_fff0, "1701000000 aa"), media(.audio, 5, "af01 bb"), media(.video, 10, "2701000014 cc"))
    let packets = effects.compactMap { effect in if case .packet(let packet) = effect { packet } else { nil } }
    #expect(packets.map(\.decodeTime.milliseconds) == [0xffff_fff0, 0x1_0000_0005, 0x1_0000_000a])
    #expect(packets.last?.presentationTime.milliseconds == 0x1_0000_001e)
    #expect(packets.allSatisfy { $0.captureTime == MediaTime(milliseconds: 7) })
  }

  @Test("a codec that is not taken is refused in words")
  func codecs() {
    var client = Client()
    client.publish()
    #expect(
      client.send(media(.video, 0, "22 00")).last
        == .violation("video codec 2 is not taken, only H.264 and AAC are"))
  }

  @Test("an unknown command is answered with an error, unless it wants no answer")
  func unknownCommands() {
    var client = Client()
    #expect(client.send(CommandMessage("nonsense", transactionID: 9).message()).count == 1)
    #expect(client.send(CommandMessage("nonsense").message()) == [])
    #expect(client.send(CommandMessage("_checkbw", transactionID: 10).message()).count == 1)
  }
}

@Suite("The ingest over real sockets")
struct IngestServerTests {
  @Test("ffmpeg publishes to it")
  func ffmpeg() async throws {
    let ingest = try await Live.ingest()
    let counts = Mutex((video: 0, audio: 0, end: PublicationEnd?.none))
    async let running: Void = ingest.run { publication in
      for await packet in publication.packets {
        counts.withLock { if packet.isVideo { $0.video += 1 } else { $0.audio += 1 } }
      }
      let end = await publication.end()
      counts.withLock { $0.end = end }
    }
    try await Tool.run(
      "ffmpeg",
      [
        "-v", "error", "-f", "lavfi", "-i", "testsrc=size=160x120:rate=15", "-f", "lavfi", "-i", "sine=1000", "-t", "2",
        "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-f", "flv",
        "rtmp://127.0.0.1:\(ingest.port)/app/\(Live.key)",
      ])
    try await eventually("the publication's end") { counts.withLock { $0.end } != nil }
    counts.withLock { counts in
      #expect(counts.video == 30)
      #expect(counts.audio >= 80)
      #expect(counts.end == .unpublished)
    }
    await ingest.stop()
    await running
  }

  @Test("a reader that is slow slows the publisher down, and nothing is lost")
  func backpressure() async throws {
    let sample = try SampleStream()
    let ingest = try await Live.ingest()
    let gate = AsyncStream.makeStream(of: Void.self)
    let received = Mutex(0)
    async let running: Void = ingest.run { publication in
      for await _ in gate.stream { break }
      for await _ in publication.packets { received.withLock { $0 += 1 } }
    }
    let publisher = try await Live.connect("rtmp://127.0.0.1:\(ingest.port)/app", stream: sample.description)
    var packet = try #require(sample.packets.first { $0.isVideo })
    packet.payload = ByteBuffer(repeating: 1, count: 100_000)
    let big = packet
    let sent = Mutex(0)
    let sending = Task {
      for _ in 0..<600 {
        try await publisher.send(big)
        sent.withLock { $0 += 1 }
      }
    }
    try await eventually("the publisher waits", within: .seconds(60)) {
      guard let unsent = await publisher.statistics().kernelUnsentBytes, unsent > 0 else { return false }
      return sent.withLock { $0 } > 256
    }
    #expect(sent.withLock { $0 } < 600)
    gate.continuation.finish()
    try await sending.value
    await publisher.close()
    try await eventually("all packets") { received.withLock { $0 } == 600 }
    await ingest.stop()
    await running
  }

  @Test("a connection that never publishes, and a publisher that falls silent, are cut off")
  func silence() async throws {
    let limits = IngestLimits(dialogue: .milliseconds(300), silence: .milliseconds(300))
    let ingest = try await Live.ingest(limits: limits)
    async let running: Void = ingest.run { publication in for await _ in publication.packets {} }
    let publisher = try await Live.connect(
      "rtmp://127.0.0.1:\(ingest.port)/app", stream: try SampleStream().description)
    let before = ContinuousClock.now
    #expect(await publisher.waitUntilClosed() == .closedByServer(.publishing, at: "127.0.0.1:\(ingest.port)"))
    #expect(ContinuousClock.now - before < .seconds(3))
    await publisher.close()
    await ingest.stop()
    await running
  }

  @Test("a port that is taken is named")
  func portTaken() async throws {
    let ingest = try await Live.ingest()
    await #expect(
      throws: RTMPError.cannotListen(at: "127.0.0.1:\(ingest.port)", reason: "Address already in use")
    ) {
      try await RTMPIngest.listen(
        port: ingest.port, group: .singletonMultiThreadedEventLoopGroup, logger: Live.logger
      ) { _, _ in .accept }
    }
    await ingest.stop()
  }
}
