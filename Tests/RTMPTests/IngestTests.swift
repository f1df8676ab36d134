import Foundation
import Media
import NIOCore
import Packets
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

  /// Chunks that each begin a message of a length and carry so many of its bytes.
  private func beginnings(_ count: Int, length: Int, bytes: Int) -> ByteBuffer {
    var output = ByteBuffer()
    for stream in 0..<count {
      output.writeInteger(UInt8(3 + stream % 60))
      output.writeUInt24(0)
      output.writeUInt24(UInt32(length))
      output.writeInteger(MessageType.video.rawValue)
      output.writeInteger(UInt32(1), endianness: .little)
      output.writeRepeatingByte(7, count: bytes)
    }
    return output
  }

  @Test(
    "before a publish is accepted, 64 KiB is all that anybody can have kept, in whatever form",
    arguments: [
      ("one long message", 1, 1 << 20, 128), ("many unfinished ones", 40, 1000, 128),
      ("a few unfinished ones, never ended", 8, 65_536, 128),
    ])
  func opening(_ name: String, streams: Int, length: Int, bytes: Int) {
    var client = Client()
    var effects: [IngestStateMachine.Effect] = []
    var sent = 0
    while sent < 1 << 20, !effects.contains(where: { if case .violation = $0 { true } else { false } }) {
      let input = beginnings(streams, length: length, bytes: bytes)
      sent += input.readableBytes
      effects = client.ingest.receive(input, at: .zero)
    }
    #expect(sent <= IngestStateMachine.openingBytes + 8192, "\(name): \(sent) bytes were taken")
  }

  @Test("commands and pings without end are no way to be answered for ever")
  func chatter() {
    var client = Client()
    var (answers, rounds) = (0, 0)
    while rounds < 100_000 {
      rounds += 1
      let effects = client.send(
        CommandMessage("_checkbw", transactionID: 10).message(), ControlMessage.pingRequest(7).message)
      answers += effects.count { if case .send = $0 { true } else { false } }
      if effects.contains(where: { if case .violation = $0 { true } else { false } }) { break }
    }
    #expect(rounds < 4000 && answers > 100, "\(rounds) rounds, \(answers) answers")
  }

  @Test("a publisher that is accepted may send long messages, and no endless ones")
  func publishing() {
    var client = Client()
    client.publish()
    let long = media(.video, 0, video)
    #expect(client.send(long) == [])
    var keyframe = RTMPMessage(type: .video, streamID: 1, timestamp: 0, payload: ByteBuffer(hex: "1701000000"))
    keyframe.payload.writeRepeatingByte(1, count: 2 << 20)
    // Two megabytes are worth an acknowledgement, and nothing else.
    #expect(client.send(keyframe).allSatisfy { if case .send = $0 { true } else { false } })
    let effects = client.ingest.receive(beginnings(1, length: 8 << 20, bytes: 128), at: .zero)
    #expect(effects.last == .violation("a message of 8388608 bytes exceeds 4194304"))
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
