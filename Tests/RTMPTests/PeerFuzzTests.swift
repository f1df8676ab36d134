import Media
import NIOCore
import Networking
import TestSupport
import Testing

@testable import RTMP

/// Sequences that a server or a publisher of ill will may send: valid and hostile messages in any order.
@Suite("Hostile peers, in sequences")
struct PeerFuzzTests {
  /// A message as a peer of ill will chooses it: of a kind that is answered, extreme, or whole nonsense.
  private static func message(_ random: inout Fuzz.Random) -> RTMPMessage {
    let extremes: [UInt32] = [0, 1, 127, 128, 65_536, 0x7fff_ffff, 0x8000_0000, 0xffff_fff0, 0xffff_ffff]
    let number = random.below(2) == 0 ? extremes[random.below(extremes.count)] : UInt32(random.below(1 << 20))
    let codes = [
      "NetStream.Publish.Start", "NetStream.Record.\(random.below(40))", "NetStream.Play.\(random.below(40))",
      "NetConnection.Connect.Success", "NetConnection.Connect.ReconnectRequest", "x",
    ]
    let places = [nil, "/app", "rtmp://elsewhere.example/\(random.below(40))", "//", "rtmp://\u{1b}"]
    let status = StatusInformation(
      level: "error", code: codes[random.below(codes.count)], description: "\u{1b}[2J",
      targetURL: places[random.below(places.count)])
    switch random.below(12) {
    case 0: return ControlMessage.acknowledgement(number).message
    case 1: return ControlMessage.windowAcknowledgementSize(number).message
    case 2: return ControlMessage.setPeerBandwidth(number).message
    case 3...5: return ControlMessage.pingRequest(number).message
    case 6:
      return CommandMessage("_result", transactionID: Double(random.below(5)), arguments: [.number(1)]).message()
    case 7: return CommandMessage("onStatus", arguments: [status.value]).message(streamID: 1)
    case 8: return CommandMessage("createStream", transactionID: Double(random.below(9))).message()
    case 9: return CommandMessage("nonsense", transactionID: Double(random.below(9))).message()
    case 10: return RTMPMessage(type: .abort, payload: ByteBuffer(integer: number % 8))
    default:
      return RTMPMessage(
        type: MessageType(rawValue: UInt8(random.below(32))), streamID: UInt32(random.below(3)),
        payload: ByteBuffer(repeating: UInt8(random.below(256)), count: random.below(300)))
    }
  }

  private static let handshake: ByteBuffer = {
    var bytes = ByteBuffer(bytes: [3])
    bytes.writeRepeatingByte(0, count: 2 * Handshake.packetBytes)
    return bytes
  }()

  @Test("a publisher answers with no more than a few bytes a piece, believes no impossible number, and never traps")
  func publisher() async throws {
    let sample = try SampleStream()
    let endpoint = try IngestEndpoint(parsing: "rtmp://127.0.0.1/app")
    let key = try StreamKey("sk_fixture")
    let fuzz = Fuzz("server's messages to a publisher", count: 200)
    await fuzz.run { random in
      var machine = RTMPClientStateMachine(endpoint: endpoint, key: key, stream: sample.description, nonce: .zeros)
      var writer = ChunkWriter()
      var sent = UInt64(machine.start().readableBytes)
      var tellings = 0
      func take(_ effects: [RTMPClientStateMachine.Effect], atMost limit: Int) {
        var answered = 0
        for effect in effects {
          switch effect {
          case .send(let bytes): answered += bytes.readableBytes
          case .acknowledged(let total): #expect(total <= sent)
          case .told(let code, let description):
            tellings += 1
            #expect(!(code + description).contains("\u{1b}"))
          case .moveRefused(let target):
            tellings += 1
            #expect(!target.contains("\u{1b}"))
          case .moveRequested(let target, let description):
            #expect(target.host == endpoint.host && !description.contains("\u{1b}"))
          default: break
          }
        }
        sent += UInt64(answered)
        #expect(answered <= limit)
      }
      take(machine.receive(Self.handshake), atMost: 4096)
      for _ in 0..<40 {
        var bytes = ByteBuffer()
        for _ in 0...random.below(8) { writer.write(Self.message(&random), into: &bytes) }
        if random.below(10) == 0 {
          bytes = ByteBuffer(bytes: Fuzz.mutated(Array(bytes.readableBytesView), &random))
        }
        let canSend = random.below(3) > 0
        // Calls of the dialogue happen once each; of answers there are three kinds.
        take(machine.receive(bytes, canSend: canSend), atMost: canSend ? 1024 : 900)
        if machine.stage == .publishing, let packet = sample.packets.first {
          var output = ByteBuffer()
          machine.write(packet, into: &output)
          sent += UInt64(output.readableBytes)
        }
        if let answers = machine.settle() {
          #expect(answers.readableBytes <= 60)
          sent += UInt64(answers.readableBytes)
        }
      }
      #expect(tellings <= 8)
    }
  }

  @Test("an ingest answers with a bounded multiple of what comes, and never traps")
  func ingest() async {
    let fuzz = Fuzz("publisher's messages to an ingest", count: 200)
    await fuzz.run { random in
      var ingest = IngestStateMachine(nonce: .zeros)
      var writer = ChunkWriter()
      _ = ingest.receive(Self.handshake, at: .zero)
      for _ in 0..<40 {
        var bytes = ByteBuffer()
        for _ in 0...random.below(8) { writer.write(Self.message(&random), into: &bytes) }
        if random.below(10) == 0 {
          bytes = ByteBuffer(bytes: Fuzz.mutated(Array(bytes.readableBytesView), &random))
        }
        var answered = 0
        for effect in ingest.receive(bytes, at: .zero) {
          if case .send(let answer) = effect { answered += answer.readableBytes }
          if case .decide = effect { _ = ingest.accept() + ingest.resume(at: .zero) }
        }
        #expect(answered <= 512 + 16 * bytes.readableBytes)
      }
    }
  }

  @Test("a chunk reader holds no more than its limits, whatever the headers say")
  func holding() async {
    let fuzz = Fuzz("unfinished messages to a chunk reader", count: 400)
    let limits = ChunkReader.Limits.dialogue
    var (refusals, most) = (0, 0)
    await fuzz.run { random in
      var reader = ChunkReader(limits: limits)
      var writer = ChunkWriter()
      var size = ByteBuffer()
      writer.setChunkSize(16_384, into: &size)
      reader.append(size)
      var fed = size.readableBytes
      for index in 0..<96 {
        // A header that promises much, and its first chunk.
        let length = 1 + random.below(limits.messageBytes + (random.below(40) == 0 ? 1 << 22 : 0))
        var bytes = ByteBuffer(bytes: [UInt8(3 + (random.below(4) == 0 ? random.below(60) : index % 60))])
        bytes.writeUInt24(0)
        bytes.writeUInt24(UInt32(length))
        bytes.writeInteger(UInt8(8 + random.below(2)))
        bytes.writeInteger(UInt32(1))
        bytes.writeRepeatingByte(7, count: min(length, 16_384))
        fed += bytes.readableBytes
        reader.append(bytes)
        do { while try reader.next() != nil {} } catch {
          refusals += 1
          return
        }
        most = max(most, reader.heldBytes)
        #expect(reader.heldBytes <= 4 * limits.unfinishedBytes + bytes.readableBytes)
        #expect(reader.heldBytes <= 4 * fed + 4096)
      }
    }
    #expect(refusals > 50)
    #expect(most > 100)
  }
}
