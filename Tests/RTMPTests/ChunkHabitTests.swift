import NIOCore
import Networking
import Testing

@testable import RTMP

/// Writes a server's messages into chunks as servers do that have their own way of it.
private struct ServerChunks {
  var chunkSize = 128
  /// 2 to 63 take one byte, 64 to 319 two, more three (RTMP 1.0 §5.3.1.1).
  var chunkStream = 3
  /// A time that needs the extended timestamp, which then stands in every chunk.
  var timestamp: UInt32 = 0
  private(set) var bytes = ByteBuffer()

  init() {
    bytes.writeInteger(UInt8(3))
    bytes.writeRepeatingByte(9, count: 2 * Handshake.packetBytes)
  }

  private mutating func writeBasicHeader(_ format: UInt8) {
    switch chunkStream {
    case ..<64: bytes.writeInteger(format << 6 | UInt8(chunkStream))
    case ..<320: bytes.writeBytes([format << 6, UInt8(chunkStream - 64)])
    default:
      let rest = chunkStream - 64
      bytes.writeBytes([format << 6 | 1, UInt8(rest & 255), UInt8(rest >> 8)])
    }
  }

  mutating func write(_ message: RTMPMessage) {
    var payload = message.payload
    let isExtended = timestamp >= 0xff_ffff
    let short = min(timestamp, 0xff_ffff)
    let length = payload.readableBytes
    writeBasicHeader(0)
    bytes.writeBytes([UInt8(short >> 16 & 255), UInt8(short >> 8 & 255), UInt8(short & 255)])
    bytes.writeBytes([UInt8(length >> 16), UInt8(length >> 8 & 255), UInt8(length & 255), message.type.rawValue])
    bytes.writeInteger(message.streamID, endianness: .little)
    if isExtended { bytes.writeInteger(timestamp) }
    while let piece = payload.readSlice(length: min(chunkSize, payload.readableBytes)) {
      bytes.writeImmutableBuffer(piece)
      guard payload.readableBytes > 0 else { return }
      writeBasicHeader(3)
      if isExtended { bytes.writeInteger(timestamp) }
    }
  }

  /// Says a chunk size as it is, and cuts by what remains of it without its first bit, which has to be 0.
  mutating func setChunkSize(_ size: UInt32) {
    write(RTMPMessage(type: .setChunkSize, payload: ByteBuffer(integer: size)))
    chunkSize = Int(size & 0x7fff_ffff)
  }

  /// The answers to `connect`, `createStream` and `publish`.
  mutating func writeDialogue() {
    for message in ServerMessages.dialogue { write(message) }
  }
}

@Suite("Habits of servers in how they cut what they say")
struct ChunkHabitTests {
  private func machine() throws -> RTMPClientStateMachine {
    RTMPClientStateMachine(
      endpoint: try IngestEndpoint(parsing: "rtmp://127.0.0.1/app"), key: try StreamKey("sk_secret"),
      stream: try SampleStream().description, nonce: .zeros)
  }

  /// Where the dialogue stands after all of it, in pieces of 500 bytes.
  private func stage(after server: ServerChunks) throws -> PublishStage {
    var machine = try machine()
    var bytes = server.bytes
    while let piece = bytes.readSlice(length: min(500, bytes.readableBytes)), piece.readableBytes > 0 {
      _ = machine.receive(piece)
    }
    return machine.stage
  }

  @Test(
    "chunks of one byte, whole messages in one chunk, and a first bit that should be 0",
    arguments: [1, 7, 65_536, 0x7fff_ffff, 0x8000_1000] as [UInt32])
  func sizes(size: UInt32) throws {
    var server = ServerChunks()
    server.setChunkSize(size)
    server.writeDialogue()
    #expect(try stage(after: server) == .publishing)
  }

  @Test("a chunk size that changes with each message")
  func changingSize() throws {
    var server = ServerChunks()
    for (size, message) in zip([1, 65_536, 128, 7, 0x7fff_ffff] as [UInt32], ServerMessages.dialogue) {
      server.setChunkSize(size)
      server.write(CommandMessage("onBWDone", arguments: [.number(8192)]).message())
      server.write(message)
    }
    #expect(try stage(after: server) == .publishing)
  }

  @Test("answers on chunk streams whose number takes two or three bytes", arguments: [2, 63, 64, 319, 320, 65_599])
  func numbers(chunkStream: Int) throws {
    var server = ServerChunks()
    server.chunkStream = chunkStream
    server.writeDialogue()
    #expect(try stage(after: server) == .publishing)
  }

  @Test("answers whose time takes four bytes, in several chunks", arguments: [0xff_ffff, 0x100_0000] as [UInt32])
  func extendedTimes(time: UInt32) throws {
    var server = ServerChunks()
    server.timestamp = time
    for message in ServerMessages.answers { server.write(message) }
    server.write(ServerMessages.status("NetStream.Publish.Start", String(repeating: "x", count: 400)))
    #expect(try stage(after: server) == .publishing)
  }

  @Test("typed objects for plain ones")
  func typedObjects() throws {
    var server = ServerChunks()
    var payload = CommandMessage("_result", transactionID: 1).message().payload
    // typed-object-marker, class name "Class", code: "NetConnection.Connect.Success", object end (AMF0 §2.18)
    payload.writeBytes([0x10, 0, 5] + Array("Class".utf8) + [0, 4] + Array("code".utf8) + [2, 0, 29])
    payload.writeString("NetConnection.Connect.Success")
    payload.writeBytes([0, 0, 9])
    server.write(RTMPMessage(type: .commandAMF0, payload: payload))
    for message in ServerMessages.dialogue.dropFirst() { server.write(message) }
    #expect(try stage(after: server) == .publishing)
  }

  @Test("a stream that begins before the start is said")
  func streamBeginFirst() throws {
    var server = ServerChunks()
    for message in ServerMessages.answers + [ControlMessage.streamBegin(1).message] { server.write(message) }
    #expect(try stage(after: server) == .publish)
    server.write(ServerMessages.status("NetStream.Publish.Start"))
    #expect(try stage(after: server) == .publishing)
  }

  @Test("a server that echoes our packet only once its own is echoed gets it")
  func waitingHandshake() throws {
    var machine = try machine()
    var bytes = ServerChunks().bytes
    let slice = bytes.readSlice(length: 1 + Handshake.packetBytes)
    let first = try #require(slice)
    let sent = machine.receive(first).reduce(0) {
      guard case .send(let answer) = $1 else { return $0 }
      return $0 + answer.readableBytes
    }
    #expect(sent >= Handshake.packetBytes)
    _ = machine.receive(bytes)
    #expect(machine.stage == .connect)
  }

  @Test("an acknowledgement for every byte: the last one counts")
  func tinyAcknowledgements() throws {
    var machine = try machine()
    var server = ServerChunks()
    server.writeDialogue()
    _ = machine.receive(server.bytes)
    var writer = ChunkWriter()
    var output = ByteBuffer()
    for count in UInt32(1)...2000 { writer.write(ControlMessage.acknowledgement(count).message, into: &output) }
    let believed = machine.receive(output).compactMap { effect -> UInt64? in
      if case .acknowledged(let bytes) = effect { bytes } else { nil }
    }
    #expect(believed.last == 2000)
  }
}
