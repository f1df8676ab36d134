import NIOCore
import Testing

@testable import TranswrapServer

@Suite("WebSocket frames of clients")
struct WebSocketFrameReaderTests {
  private typealias Output = WebSocketFrameReader.Output
  private typealias Violation = WebSocketFrameReader.Violation

  /// A client's frame by its first byte.
  private static func frame(
    _ first: UInt8, _ payload: [UInt8], mask: [UInt8]? = [0xa1, 0x02, 0xff, 0x7e]
  ) -> ByteBuffer {
    ByteBuffer(
      bytes: clientFrame(
        first & 0xf, payload, isFinal: first & 0x80 != 0, reserved: first >> 4 & 7, mask: mask))
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
          if case .binary(let more, let isFinal) = output, case .binary(var begun, false)? = outputs.last {
            begun.writeImmutableBuffer(more)
            outputs[outputs.count - 1] = .binary(begun, isFinal: isFinal)
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
      expected.append(.binary(ByteBuffer(bytes: Self.payload(count)), isFinal: true))
      // Something else, so that messages stay apart here.
      bytes.writeImmutableBuffer(Self.frame(0x89, Self.payload(count % 126)))
      expected.append(.ping(ByteBuffer(bytes: Self.payload(count % 126))))
    }
    bytes.writeImmutableBuffer(Self.frame(0x8a, [1]))
    bytes.writeImmutableBuffer(Self.frame(0x88, [3, 0xe8]))
    expected += [.pong, .close(1000)]
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
    var bytes = Self.frame(0x81, [UInt8](repeating: 0x2a, count: 1001))
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
    #expect(try reader.next() == .binary(ByteBuffer(bytes: Self.payload(10_000)[..<4995]), isFinal: false))
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
    #expect(try reader.next() == .binary(ByteBuffer(bytes: [1]), isFinal: false))
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
    let huge = ByteBuffer(bytes: [0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0])
    #expect(Self.read(huge, messageLimit: 1000).violation == .tooBig)
  }
}
