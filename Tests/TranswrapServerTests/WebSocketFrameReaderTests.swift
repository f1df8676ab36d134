import NIOCore
import Testing

@testable import TranswrapServer

@Suite("WebSocket frames of clients")
struct WebSocketFrameReaderTests {
  private typealias Output = WebSocketFrameReader.Output
  private typealias Violation = WebSocketFrameReader.Violation

  /// A frame as RFC 6455 §5.2 draws it.
  private static func frame(
    _ first: UInt8, _ payload: [UInt8], mask: [UInt8]? = [0xa1, 0x02, 0xff, 0x7e]
  ) -> ByteBuffer {
    var bytes = ByteBuffer(bytes: [first])
    let bit: UInt8 = mask == nil ? 0 : 0x80
    switch payload.count {
    case ..<126: bytes.writeInteger(bit | UInt8(payload.count))
    case ..<65_536:
      bytes.writeInteger(bit | 126)
      bytes.writeInteger(UInt16(payload.count))
    default:
      bytes.writeInteger(bit | 127)
      bytes.writeInteger(UInt64(payload.count))
    }
    guard let mask else {
      bytes.writeBytes(payload)
      return bytes
    }
    bytes.writeBytes(mask)
    bytes.writeBytes(payload.enumerated().map { $1 ^ mask[$0 % 4] })
    return bytes
  }

  private static func payload(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ 7) } }

  /// All that comes of bytes in pieces of `size`; pieces of one binary message are joined.
  private static func read(
    _ bytes: ByteBuffer, by size: Int = .max, messageLimit: Int = 1 << 20, textLimit: Int = 1000
  ) -> (outputs: [Output], violation: Violation?) {
    var reader = WebSocketFrameReader(messageLimit: messageLimit, textLimit: textLimit)
    var (outputs, rest) = ([Output](), bytes)
    do throws(Violation) {
      while let piece = rest.readSlice(length: min(size, rest.readableBytes)), piece.readableBytes > 0 {
        reader.append(piece)
        while let output = try reader.next() {
          if case .binary(let more) = output, case .binary(var begun)? = outputs.last {
            begun.writeImmutableBuffer(more)
            outputs[outputs.count - 1] = .binary(begun)
          } else {
            outputs.append(output)
          }
        }
      }
      return (outputs, nil)
    } catch { return (outputs, error) }
  }

  @Test(
    "frames of all lengths come unmasked, in whatever pieces they arrive",
    arguments: [
      ([0, 1, 7, 8, 125, 126, 1000], [1, 2, 3, 13, Int.max]), ([65_535, 65_536, 100_003], [1000, 65_536, Int.max]),
    ])
  func pieces(lengths: [Int], sizes: [Int]) {
    var bytes = ByteBuffer()
    var expected: [Output] = []
    for count in lengths {
      bytes.writeImmutableBuffer(Self.frame(0x82, Self.payload(count)))
      if count > 0 { expected.append(.binary(ByteBuffer(bytes: Self.payload(count)))) }
      // Something else, so that messages stay apart here.
      bytes.writeImmutableBuffer(Self.frame(0x89, Self.payload(count % 126)))
      expected.append(.ping(ByteBuffer(bytes: Self.payload(count % 126))))
    }
    bytes.writeImmutableBuffer(Self.frame(0x8a, [1]))
    bytes.writeImmutableBuffer(Self.frame(0x88, [3, 0xe8]))
    expected += [.pong, .close(ByteBuffer(bytes: [3, 0xe8]))]
    for size in sizes {
      let (outputs, violation) = Self.read(bytes, by: size)
      #expect(outputs == expected, "pieces of \(size)")
      #expect(violation == nil)
    }
  }

  @Test("control frames may stand between the frames of a message")
  func fragments() {
    var bytes = Self.frame(0x01, Array("Hel".utf8))
    bytes.writeImmutableBuffer(Self.frame(0x89, [1, 2]))
    bytes.writeImmutableBuffer(Self.frame(0x00, Array("l".utf8)))
    bytes.writeImmutableBuffer(Self.frame(0x80, Array("o".utf8)))
    for size in [1, 5, Int.max] {
      let (outputs, violation) = Self.read(bytes, by: size)
      #expect(outputs == [.ping(ByteBuffer(bytes: [1, 2])), .text(ByteBuffer(string: "Hello"))])
      #expect(violation == nil)
    }
  }

  @Test("a text that is too long to be looked at is passed over, the next one is not")
  func longText() {
    var bytes = Self.frame(0x81, Self.payload(1001))
    bytes.writeImmutableBuffer(Self.frame(0x81, Array("ok".utf8)))
    #expect(Self.read(bytes, by: 100).outputs == [.text(nil), .text(ByteBuffer(string: "ok"))])
  }

  @Test("a part of a frame is handed on before the rest is there")
  func early() throws {
    var reader = WebSocketFrameReader(messageLimit: 1 << 20, textLimit: 1000)
    var bytes = Self.frame(0x82, Self.payload(10_000))
    let part = bytes.readSlice(length: 5003)
    let first = try #require(part)
    reader.append(first)
    #expect(try reader.next() == .binary(ByteBuffer(bytes: Self.payload(10_000)[..<4995])))
    #expect(try reader.next() == nil)
  }

  @Test(
    "what RFC 6455 forbids ends the reading",
    arguments: [
      // Not masked; reserved bits; reserved opcodes; a continuation of nothing; control frames cut up or too long.
      frame(0x82, [1], mask: nil), frame(0xc2, [1]), frame(0x92, [1]), frame(0x83, [1]), frame(0x8b, [1]),
      frame(0x80, [1]), frame(0x00, [1]), frame(0x09, [1]), frame(0x08, []), frame(0x89, payload(126)),
    ])
  func violations(bytes: ByteBuffer) {
    for size in [1, Int.max] {
      let (outputs, violation) = Self.read(bytes, by: size)
      #expect(outputs.isEmpty)
      #expect(violation == .notWebSocket)
    }
  }

  @Test("a message within a message ends the reading, and nothing is read after it")
  func interleaved() throws {
    var reader = WebSocketFrameReader(messageLimit: 1000, textLimit: 1000)
    var bytes = Self.frame(0x02, [1])
    bytes.writeImmutableBuffer(Self.frame(0x82, [2]))
    bytes.writeImmutableBuffer(Self.frame(0x89, []))
    reader.append(bytes)
    #expect(try reader.next() == .binary(ByteBuffer(bytes: [1])))
    for _ in 0..<3 { #expect(throws: Violation.notWebSocket) { try reader.next() } }
  }

  @Test("the limit counts for messages, whatever their frames are, and before their bytes are there")
  func limit() {
    #expect(Self.read(Self.frame(0x82, Self.payload(1000)), messageLimit: 1000).violation == nil)
    #expect(Self.read(Self.frame(0x82, Self.payload(1001)), messageLimit: 1000).violation == .tooBig)
    #expect(Self.read(Self.frame(0x81, Self.payload(1001)), messageLimit: 1000).violation == .tooBig)
    var bytes = Self.frame(0x02, Self.payload(600))
    bytes.writeImmutableBuffer(Self.frame(0x80, Self.payload(401)))
    #expect(Self.read(bytes, messageLimit: 1000).violation == .tooBig)
    let huge = ByteBuffer(bytes: [0x82, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0])
    #expect(Self.read(huge, messageLimit: 1000).violation == .tooBig)
  }

  @Test("ten thousand broken inputs come to the same in one piece and in many")
  func hostile() async {
    var random = SplitMix(seed: 0x1f5_b0ad_ca57)
    var seed = Self.frame(0x81, Array("hello".utf8))
    for (first, count) in [(0x02, 300), (0x89, 5), (0x80, 200), (0x82, 700), (0x88, 2)] as [(UInt8, Int)] {
      seed.writeImmutableBuffer(Self.frame(first, Self.payload(count)))
    }
    for index in 0..<10_000 {
      if index % 512 == 0 { await Task.yield() }
      var bytes = seed
      for _ in 0...random.below(4) {
        bytes.setInteger(UInt8(truncatingIfNeeded: random.next()), at: random.below(600))
      }
      bytes.moveWriterIndex(to: 1 + random.below(bytes.readableBytes))
      let whole = Self.read(bytes, messageLimit: 1000)
      let pieces = Self.read(bytes, by: 1 + random.below(300), messageLimit: 1000)
      if whole.outputs != pieces.outputs || whole.violation != pieces.violation {
        Issue.record("input \(index) differs")
        return
      }
    }
  }
}

/// A fast generator with a fixed sequence.
private struct SplitMix {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var word = state
    word = (word ^ word >> 30) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
    return word ^ word >> 31
  }
  mutating func below(_ limit: Int) -> Int { Int(truncatingIfNeeded: next() >> 33) % max(1, limit) }
}
