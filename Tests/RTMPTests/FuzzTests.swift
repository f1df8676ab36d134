import Media
import NIOCore
import Networking
import Testing

@testable import RTMP

/// Inputs that nobody means well with: a million and more, from a fixed seed, so that a failure can be repeated.
@Suite("Hostile input")
struct FuzzTests {
  /// A fast generator with a fixed sequence (xorshift64*).
  private struct Random: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed | 1 }
    mutating func next() -> UInt64 {
      state ^= state >> 12
      state ^= state << 25
      state ^= state >> 27
      return state &* 0x2545_f491_4f6c_dd1d
    }
    mutating func below(_ limit: Int) -> Int { Int(truncatingIfNeeded: next() >> 33) % max(1, limit) }
  }

  private static let seed: UInt64 = 0x1f5_b0ad_ca57

  /// `seeds` in turn with one to four bytes changed, or cut short, or random bytes altogether.
  private static func inputs(
    _ count: Int, from seeds: [ByteBuffer], seed: UInt64, _ body: (ByteBuffer) -> Void
  ) async {
    print("seed \(seed), \(count) inputs")
    var random = Random(seed: seed)
    for index in 0..<count {
      // Other tests wait for sockets meanwhile and must not find every thread taken.
      if index % 512 == 0 { await Task.yield() }
      var input = seeds[index % seeds.count]
      switch random.below(8) {
      case 0:
        input = ByteBuffer()
        for _ in 0..<random.below(6) { input.writeInteger(random.next()) }
      case 1:
        input.moveWriterIndex(to: input.readerIndex + random.below(input.readableBytes))
      default:
        for _ in 0...random.below(4) where input.readableBytes > 0 {
          let value = random.next()
          let extremes: [UInt8] = [0, 1, 0x7f, 0x80, 0xff, 3, 8, 0x0a]
          let byte = value & 1 == 0 ? UInt8(truncatingIfNeeded: value >> 8) : extremes[Int(value >> 8 & 7)]
          input.setInteger(byte, at: input.readerIndex + random.below(input.readableBytes))
        }
      }
      body(input)
    }
  }

  private static func messages(_ bytes: ByteBuffer) throws -> [RTMPMessage] {
    var reader = ChunkReader()
    reader.append(Recording.chunks(of: bytes))
    var messages: [RTMPMessage] = []
    while let message = try reader.next() { messages.append(message) }
    return messages
  }

  /// The commands and control messages of both sides of both sessions.
  private static func dialogue() throws -> [RTMPMessage] {
    var all: [RTMPMessage] = []
    for name in Recording.names {
      let recording = try Recording(name)
      all += try messages(recording.client)
      all += try messages(recording.server)
    }
    return all.filter { $0.type != .audio && $0.type != .video }
  }

  @Test("500,000 inputs to the AMF0 reader: no trap, and what is read is written and read again the same")
  func amf0() async throws {
    let seeds = try Self.dialogue().filter { $0.type == .commandAMF0 || $0.type == .dataAMF0 }.map(\.payload)
    var read = 0
    await Self.inputs(500_000, from: seeds, seed: Self.seed) { input in
      var reader = AMF0Reader(input)
      guard let values = try? reader.readAll() else { return }
      read += 1
      guard read % 16 == 0 else { return }
      var output = ByteBuffer()
      for value in values { output.writeAMF0(value) }
      var again = AMF0Reader(output)
      // Compared as written bytes, since NaN is not equal to itself.
      var written = ByteBuffer()
      for value in (try? again.readAll()) ?? [] { written.writeAMF0(value) }
      #expect(written == output)
    }
    #expect(read > 10_000)
  }

  @Test("300,000 inputs to the chunk reader: no trap, and never more out than went in")
  func chunks() async throws {
    var seeds: [ByteBuffer] = []
    for message in try Self.dialogue() {
      var writer = ChunkWriter()
      var output = ByteBuffer()
      writer.write(message, into: &output)
      writer.write(ControlMessage.pingRequest(1).message, into: &output)
      seeds.append(output)
    }
    var count = 0
    await Self.inputs(300_000, from: seeds, seed: Self.seed + 1) { input in
      var reader = ChunkReader()
      reader.append(input)
      var bytes = 0
      while let message = try? reader.next() {
        count += 1
        bytes += message.payload.readableBytes + 1
      }
      if bytes > input.readableBytes { Issue.record("\(bytes) bytes of \(input.readableBytes)") }
    }
    #expect(count > 100_000)
  }

  @Test("200,000 inputs to FLV tags and what they carry: no trap")
  func flv() async throws {
    var media: [ByteBuffer] = []
    for name in Recording.names {
      for message in try Self.messages(Recording(name).client) where message.payload.readableBytes < 200 {
        if message.type == .audio || message.type == .video { media.append(message.payload) }
      }
    }
    let headers = media.filter { $0.getInteger(at: $0.readerIndex + 1, as: UInt8.self) == 0 }
    var read = 0
    await Self.inputs(200_000, from: headers + media.prefix(8), seed: Self.seed + 2) { input in
      switch FLVTag(video: input) {
      case .avcSequenceHeader(let record): if AVCDecoderConfiguration(record) != nil { read += 1 }
      default: break
      }
      switch FLVTag(audio: input) {
      case .aacSequenceHeader(let bytes): if AudioSpecificConfig(bytes) != nil { read += 1 }
      default: break
      }
    }
    #expect(read > 1000)
  }

  @Test("100,000 hostile messages to an ingest that is publishing, in any order: no trap, bounded holding")
  func ingest() async throws {
    var seeds: [ByteBuffer] = []
    for name in Recording.names {
      for message in try Self.messages(Recording(name).client) where message.payload.readableBytes < 400 {
        var (writer, output) = (ChunkWriter(), ByteBuffer())
        writer.setChunkSize(RTMPClientStateMachine.chunkSize, into: &output)
        output.clear()
        writer.write(message, into: &output)
        seeds.append(output)
      }
    }
    // As far as the first session goes before its media.
    let opening = seeds.prefix(12)
    var handshake = ByteBuffer(bytes: [3])
    handshake.writeRepeatingByte(0, count: 2 * Handshake.packetBytes)
    var announcer = ChunkWriter()
    announcer.setChunkSize(RTMPClientStateMachine.chunkSize, into: &handshake)
    var ingest = IngestStateMachine(nonce: .zeros)
    var fed = 0
    var restarts = 0
    var packets = 0
    await Self.inputs(100_000, from: seeds, seed: Self.seed + 3) { input in
      if fed % 24 == 0 {
        ingest = IngestStateMachine(nonce: .zeros)
        for bytes in [handshake] + opening {
          if case .decide? = ingest.receive(bytes, at: .zero).last { _ = ingest.accept() + ingest.resume(at: .zero) }
        }
        restarts += 1
      }
      fed += 1
      for effect in ingest.receive(input, at: .zero) {
        switch effect {
        case .decide: _ = ingest.accept() + ingest.resume(at: .zero)
        case .packet: packets += 1
        case .send, .begin, .ended, .violation: break
        }
      }
    }
    #expect(restarts > 4000)
    #expect(packets > 5000)
  }

  @Test("50,000 hostile answers to a publisher: no trap")
  func publisher() async throws {
    let sample = try SampleStream()
    let endpoint = try IngestEndpoint(parsing: "rtmp://127.0.0.1/app")
    let key = try StreamKey("fixture")
    var seeds: [ByteBuffer] = []
    for name in Recording.names {
      for message in try Self.messages(Recording(name).server) {
        var writer = ChunkWriter()
        var output = ByteBuffer()
        writer.write(message, into: &output)
        seeds.append(output)
      }
    }
    var handshake = ByteBuffer(bytes: [3])
    handshake.writeRepeatingByte(0, count: 2 * Handshake.packetBytes)
    var machine = RTMPClientStateMachine(endpoint: endpoint, key: key, stream: sample.description, nonce: .zeros)
    var fed = 0
    var stages: Set<String> = []
    await Self.inputs(50_000, from: seeds, seed: Self.seed + 4) { input in
      if fed % 12 == 0 {
        machine = RTMPClientStateMachine(endpoint: endpoint, key: key, stream: sample.description, nonce: .zeros)
        _ = machine.receive(handshake)
      }
      fed += 1
      _ = machine.receive(input)
      stages.insert(machine.stage.rawValue)
    }
    #expect(stages.count >= 3)
  }
}
