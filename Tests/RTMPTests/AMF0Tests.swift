import NIOCore
import Testing

@testable import RTMP

@Suite("AMF0")
struct AMF0Tests {
  struct Example: CustomTestStringConvertible, Sendable {
    let name: String
    let value: AMF0Value
    let bytes: String
    var testDescription: String { name }
  }

  /// Bytes as FFmpeg 5.1, GStreamer 1.22 and nginx-rtmp send them; the rest as the specification has them.
  static let examples = [
    Example(name: "transaction id 1 (FFmpeg)", value: .number(1), bytes: "00 3ff0000000000000"),
    Example(name: "capabilities (nginx-rtmp)", value: .number(31), bytes: "00 403f000000000000"),
    Example(name: "true", value: .boolean(true), bytes: "01 01"),
    Example(name: "false", value: .boolean(false), bytes: "01 00"),
    Example(
      name: "command name (nginx-rtmp)", value: .string("onStatus"), bytes: "02 0008 6f6e537461747573"),
    Example(name: "empty string", value: .string(""), bytes: "02 0000"),
    Example(name: "null", value: .null, bytes: "05"),
    Example(name: "undefined", value: .undefined, bytes: "06"),
    Example(
      name: "connect's properties (nginx-rtmp)",
      value: .object(["fmsVer": .string("FMS/3,0,1,123"), "capabilities": .number(31)]),
      bytes: """
        03 0006 666d73566572 02 000d 464d532f332c302c312c313233
        000c 6361706162696c6974696573 00 403f000000000000 0000 09
        """),
    Example(name: "empty object", value: .object([:]), bytes: "03 0000 09"),
    Example(
      name: "ECMA array with its count", value: .ecmaArray(["width": .number(160)]),
      bytes: "08 00000001 0005 7769647468 00 4064000000000000 0000 09"),
    Example(
      name: "strict array", value: .strictArray([.null, .boolean(true)]), bytes: "0a 00000002 05 0101"),
    Example(name: "date", value: .date(milliseconds: 1), bytes: "0b 3ff0000000000000 0000"),
  ]

  @Test("values are read", arguments: examples)
  func reads(example: Example) throws {
    var reader = AMF0Reader(ByteBuffer(hex: example.bytes))
    #expect(try reader.read() == example.value)
    #expect(reader.isAtEnd)
  }

  @Test("values are written", arguments: examples)
  func writes(example: Example) {
    var output = ByteBuffer()
    output.writeAMF0(example.value)
    #expect(output == ByteBuffer(hex: example.bytes))
  }

  @Test("values that end too soon are refused, wherever they end", arguments: examples)
  func truncated(example: Example) {
    let bytes = ByteBuffer(hex: example.bytes)
    for length in 0..<bytes.readableBytes {
      var reader = AMF0Reader(bytes.getSlice(at: 0, length: length) ?? bytes)
      #expect(throws: AMF0Error.truncated) { try reader.read() }
    }
  }

  @Test("a text beyond 65,535 bytes becomes a long string")
  func longString() throws {
    let text = String(repeating: "x", count: 65_536)
    var output = ByteBuffer()
    output.writeAMF0(.string(text))
    #expect(output.getInteger(at: 0, as: UInt8.self) == 0x0c)
    var reader = AMF0Reader(output)
    #expect(try reader.read() == .string(text))
  }

  @Test(
    "kinds that nobody needs are skipped to their end",
    arguments: [
      ("reference", "07 0001"), ("unsupported", "0d"), ("XML", "0f 00000003 3c782f"),
    ])
  func skipped(name: String, bytes: String) throws {
    var reader = AMF0Reader(ByteBuffer(hex: bytes + "0101"))
    #expect(try reader.readAll() == [.undefined, .boolean(true)])
  }

  @Test("a typed object is an object without its class name")
  func typedObject() throws {
    var reader = AMF0Reader(ByteBuffer(hex: "10 0001 41 0001 62 05 0000 09"))
    #expect(try reader.read() == .object(["b": .null]))
  }

  @Test("nesting beyond 16 is refused, 16 is not")
  func depth() throws {
    func nested(_ depth: Int) -> ByteBuffer {
      ByteBuffer(hex: String(repeating: "0a00000001", count: depth - 1) + "05")
    }
    var shallow = AMF0Reader(nested(16))
    _ = try shallow.read()
    var deep = AMF0Reader(nested(17))
    #expect(throws: AMF0Error.tooDeep(limit: 16)) { try deep.read() }
  }

  @Test("more than 4096 values are refused")
  func count() {
    var reader = AMF0Reader(ByteBuffer(repeating: 5, count: 5000))
    #expect(throws: AMF0Error.tooManyValues(limit: 4096)) { try reader.readAll() }
  }

  @Test("a strict array that claims more values than there are bytes is refused at once")
  func boastfulArray() {
    var reader = AMF0Reader(ByteBuffer(hex: "0a ffffffff 05"))
    #expect(throws: AMF0Error.truncated) { try reader.read() }
  }

  @Test("markers that no value has are refused", arguments: [0x04, 0x09, 0x0e, 0x11, 0xff] as [UInt8])
  func unknownMarker(marker: UInt8) {
    var reader = AMF0Reader(ByteBuffer(bytes: [marker]))
    #expect(throws: AMF0Error.unknownMarker(marker)) { try reader.read() }
  }
}

extension AMF0Reader {
  /// All values up to the end.
  mutating func readAll() throws(AMF0Error) -> [AMF0Value] {
    var values: [AMF0Value] = []
    while !isAtEnd { values.append(try read()) }
    return values
  }
}
