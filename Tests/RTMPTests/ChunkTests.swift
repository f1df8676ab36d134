import NIOCore
import Testing

@testable import RTMP

@Suite("Chunks")
struct ChunkTests {
  private func messages(_ hex: String) throws -> [RTMPMessage] { try messages(ByteBuffer(hex: hex)) }

  private func messages(_ bytes: ByteBuffer) throws -> [RTMPMessage] {
    var reader = ChunkReader()
    reader.append(bytes)
    var messages: [RTMPMessage] = []
    while let message = try reader.next() { messages.append(message) }
    return messages
  }

  private func video(at timestamp: UInt32, bytes: Int, value: UInt8 = 7) -> RTMPMessage {
    RTMPMessage(
      type: .video, streamID: 1, timestamp: timestamp, payload: ByteBuffer(repeating: value, count: bytes))
  }

  @Test(
    "a chunk stream's id has one, two or three bytes",
    arguments: [("03", 3), ("3f", 63), ("00 00", 64), ("00 ff", 319), ("01 00 01", 320), ("01 ff ff", 65_599)])
  func basicHeaders(basic: String, id: Int) throws {
    // The second message continues the first one's header, so it is only found under the same id.
    let type3 = basic.split(separator: " ").enumerated().map { index, byte in
      index == 0 ? String(UInt8(byte, radix: 16).map { $0 | 0xc0 } ?? 0, radix: 16) : String(byte)
    }.joined()
    let read = try messages("\(basic) 000000 000001 09 01000000 aa \(type3) bb")
    #expect(read.map(\.payload) == [ByteBuffer(hex: "aa"), ByteBuffer(hex: "bb")])
    #expect(read.allSatisfy { $0.streamID == 1 && $0.type == .video })
  }

  @Test("type 1 and 2 headers add to the time, type 3 repeats what was added")
  func deltas() throws {
    let read = try messages(
      "04 0003e8 000001 08 01000000 aa  44 000014 000002 08 bbbb  84 000015 cccc  c4 dddd")
    #expect(read.map(\.timestamp) == [1000, 1020, 1041, 1062])
    #expect(read.map(\.payload.readableBytes) == [1, 2, 2, 2])
  }

  @Test("a fresh chunk stream may begin with type 1, not with less")
  func freshStreams() throws {
    #expect(try messages("44 000014 000001 08 aa").map(\.timestamp) == [20])
    #expect(throws: ChunkError.missingHeader(chunkStream: 4)) { try messages("84 000014 aa") }
    #expect(throws: ChunkError.missingHeader(chunkStream: 4)) { try messages("c4 aa") }
  }

  @Test("messages of unknown types come out like any other")
  func unknownTypes() throws {
    let read = try messages("3f 000000 000002 63 00000000 0102")
    #expect(read == [RTMPMessage(type: MessageType(rawValue: 0x63), payload: ByteBuffer(hex: "0102"))])
  }

  @Test("an empty message is a message")
  func empty() throws {
    #expect(try messages("04 000000 000000 08 01000000 c4").count == 2)
  }

  @Test(
    "times survive every step and every wrap",
    arguments: [
      [0, 33, 66], [0xff_fffe, 0xff_ffff, 0x100_0000, 0x100_0021], [0x7fff_fff0, 0x8000_0010],
      [0xffff_fff0, 0x0000_0010, 0x0000_0031], [5000, 4000, 4500], [0, 0xff_ffff, 0x1ff_ffff],
    ] as [[UInt32]])
  func timestamps(times: [UInt32]) throws {
    var writer = ChunkWriter()
    var output = ByteBuffer()
    let sent = times.map { video(at: $0, bytes: 300) }
    for message in sent { writer.write(message, into: &output) }
    #expect(try messages(output) == sent)
  }

  @Test("the extended timestamp stands in every chunk of the message")
  func extendedTimestampRepeats() {
    var writer = ChunkWriter()
    var output = ByteBuffer()
    writer.write(video(at: 0x0123_4567, bytes: 200, value: 0xaa), into: &output)
    let aa = { (count: Int) in String(repeating: "aa", count: count) }
    #expect(
      output
        == ByteBuffer(hex: "06 ffffff 0000c8 09 01000000 01234567 \(aa(128)) c6 01234567 \(aa(72))"))
  }

  @Test("a peer that leaves the extended timestamp out of continuing chunks is understood")
  func extendedTimestampOmitted() throws {
    let payload = String(repeating: "aa", count: 128) + "c6" + String(repeating: "bb", count: 72)
    let read = try messages("06 ffffff 0000c8 09 01000000 01234567 \(payload)")
    #expect(read.map(\.timestamp) == [0x0123_4567])
    #expect(read.first?.payload.readableBytes == 200)
  }

  @Test("messages of several chunk streams may be interleaved chunk by chunk")
  func interleaved() throws {
    let a = String(repeating: "aa", count: 128)
    let b = String(repeating: "bb", count: 128)
    let read = try messages(
      "04 000000 000081 08 01000000 \(a) 06 000000 000082 09 01000000 \(b) c4 aa c6 bbbb")
    #expect(read.map(\.type) == [.audio, .video])
    #expect(read.map(\.payload.readableBytes) == [129, 130])
  }

  @Test("Set Chunk Size holds from the next chunk on, Abort throws the unfinished message away")
  func control() throws {
    let a = String(repeating: "aa", count: 128)
    let read = try messages(
      """
      04 000000 000100 08 01000000 \(a)
      02 000000 000004 02 00000000 00000004
      02 000000 000004 01 00000000 00001000
      04 000000 000100 08 01000000 \(a)\(a)
      """)
    #expect(read.map(\.type) == [.abort, .setChunkSize, .audio])
    #expect(read.last?.payload.readableBytes == 256)
  }

  @Test("a new header in the middle of a message begins a new message")
  func interrupted() throws {
    let a = String(repeating: "aa", count: 128)
    let read = try messages("04 000000 000100 08 01000000 \(a) 04 000000 000001 08 01000000 bb")
    #expect(read.map(\.payload) == [ByteBuffer(hex: "bb")])
  }

  @Test("what would exhaust memory is refused")
  func limits() throws {
    var limits = ChunkReader.Limits()
    limits.messageBytes = 1000
    limits.chunkStreams = 2
    limits.unfinishedBytes = 200
    func error(_ hex: String) -> ChunkError? {
      var reader = ChunkReader(limits: limits)
      reader.append(ByteBuffer(hex: hex))
      do throws(ChunkError) {
        while try reader.next() != nil {}
        return nil
      } catch {
        return error
      }
    }
    let a = String(repeating: "aa", count: 128)
    #expect(error("04 000000 0003e9 08 01000000") == .messageTooLong(bytes: 1001, limit: 1000))
    #expect(
      error("04 000000 000000 08 01000000 05 000000 000000 08 01000000 06 000000 000000 08 01000000")
        == .tooManyChunkStreams(limit: 2))
    #expect(
      error("04 000000 0003e8 08 01000000 \(a) 05 000000 0003e8 08 01000000 \(a)")
        == .tooMuchUnfinished(limit: 200))
    #expect(error("02 000000 000004 01 00000000 00000000") == .invalidChunkSize(0))
  }

  @Test("a media message is its tag header and then its payload, cut at the chunk size")
  func prefixed() throws {
    var writer = ChunkWriter()
    var output = ByteBuffer()
    let header = FLVTagHeader.video(isKeyframe: true, isSequenceHeader: false, compositionTime: -2)
    writer.write(
      type: .video, streamID: 1, timestamp: 5, prefix: header, payload: ByteBuffer(repeating: 1, count: 300),
      on: .video, into: &output)
    var expected = ByteBuffer(hex: "17 01 fffffe")
    expected.writeRepeatingByte(1, count: 300)
    #expect(try messages(output).map(\.payload) == [expected])
  }
}
