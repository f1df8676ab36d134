import Testing

@testable import TranswrapServer

private typealias Reply = EchoPeer.Reply

private let text: UInt8 = 1
private let binary: UInt8 = 2
private let more: UInt8 = 0
private let bye: UInt8 = 8
private let ping: UInt8 = 9
private let pong: UInt8 = 10

private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
private func close(_ code: UInt16, _ reason: [UInt8] = []) -> [UInt8] {
  clientFrame(bye, [UInt8(code >> 8), UInt8(code & 0xff)] + reason)
}

/// One case: what a client sends, and what has to come back.
struct ConformanceCase: Sendable, CustomTestStringConvertible {
  var name: String
  var sent: [UInt8]
  var expected: [EchoPeer.Reply]
  var testDescription: String { name }

  init(_ name: String, _ sent: [[UInt8]], _ expected: [EchoPeer.Reply]) {
    (self.name, self.sent, self.expected) = (name, sent.flatMap { $0 }, expected)
  }
}

/// The cases of the Autobahn test suite for servers, by its numbers, in our words: section 12 and 13, compression, is
/// about an extension that is not offered.
@Suite("WebSocket, case by case")
struct WebSocketConformanceTests {
  /// Each case comes whole, byte by byte and in odd pieces: how TCP cuts it changes nothing.
  private func check(_ item: ConformanceCase) {
    for size in [Int.max, 1, 997] where size != 1 || item.sent.count < 200_000 {
      #expect(EchoPeer.replies(to: item.sent, by: size) == item.expected, "in pieces of \(size)")
    }
  }

  @Test("1: messages of all lengths come back", arguments: [0, 125, 126, 127, 128, 65_535, 65_536])
  func framing(count: Int) {
    let (letters, values) = ([UInt8](repeating: 0x2a, count: count), [UInt8](repeating: 0xfe, count: count))
    check(ConformanceCase("1.1", [clientFrame(text, letters)], [.text(letters)]))
    check(ConformanceCase("1.2", [clientFrame(binary, values)], [.binary(values)]))
  }

  private static let long = [UInt8](repeating: 0xfe, count: 125)
  private static let ten = (0..<10).map { bytes("payload \($0)") }

  @Test(
    "2: pings are answered with what they bring, pongs are not",
    arguments: [
      ConformanceCase("2.1 a ping without payload", [clientFrame(ping)], [.pong([])]),
      ConformanceCase("2.2 with text", [clientFrame(ping, bytes("Hello"))], [.pong(bytes("Hello"))]),
      ConformanceCase("2.3 with bytes", [clientFrame(ping, [0, 0xff, 0xfe, 0])], [.pong([0, 0xff, 0xfe, 0])]),
      ConformanceCase("2.4 2.6 with the longest", [clientFrame(ping, long)], [.pong(long)]),
      ConformanceCase("2.5 with one byte more", [clientFrame(ping, long + [1])], [.close(1002)]),
      ConformanceCase("2.7 a pong unasked", [clientFrame(pong), close(1000)], [.close(1000)]),
      ConformanceCase("2.8 a pong unasked with payload", [clientFrame(pong, [1])], []),
      ConformanceCase("2.9 such a pong before a ping", [clientFrame(pong, [1]), clientFrame(ping, [2])], [.pong([2])]),
      ConformanceCase("2.10 2.11 ten pings", ten.map { clientFrame(ping, $0) }, ten.map { .pong($0) }),
    ])
  func pings(item: ConformanceCase) { check(item) }

  private static let hello = clientFrame(text, bytes("Hello"))

  @Test(
    "3: reserved bits mean nothing here, so a frame with one ends the connection; what came before is answered",
    arguments: [
      ConformanceCase("3.1", [clientFrame(text, bytes("x"), reserved: 4)], [.close(1002)]),
      ConformanceCase(
        "3.2", [hello, clientFrame(text, reserved: 2), clientFrame(ping)], [.text(bytes("Hello")), .close(1002)]),
      ConformanceCase("3.3", [hello, clientFrame(text, reserved: 3)], [.text(bytes("Hello")), .close(1002)]),
      ConformanceCase("3.4", [hello, clientFrame(text, reserved: 1)], [.text(bytes("Hello")), .close(1002)]),
      ConformanceCase("3.5", [clientFrame(binary, [0xff], reserved: 5)], [.close(1002)]),
      ConformanceCase("3.6", [clientFrame(ping, reserved: 6)], [.close(1002)]),
      ConformanceCase("3.7", [clientFrame(bye, reserved: 7)], [.close(1002)]),
    ])
  func reservedBits(item: ConformanceCase) { check(item) }

  @Test("4: reserved opcodes end the connection", arguments: [3, 4, 5, 6, 7, 11, 12, 13, 14, 15] as [UInt8])
  func opcodes(opcode: UInt8) {
    for payload in [[], bytes("x")] as [[UInt8]] {
      let frame = clientFrame(opcode, payload)
      check(ConformanceCase("alone", [frame], [.close(1002)]))
      check(
        ConformanceCase("between", [Self.hello, frame, clientFrame(ping)], [.text(bytes("Hello")), .close(1002)]))
    }
  }

  private static func part(_ opcode: UInt8, _ payload: String, end: Bool = false) -> [UInt8] {
    clientFrame(opcode, bytes(payload), isFinal: end)
  }

  @Test(
    "5: messages in pieces, with control frames between them",
    arguments: [
      ConformanceCase("5.1 a ping in two pieces", [part(ping, "a"), part(more, "b", end: true)], [.close(1002)]),
      ConformanceCase("5.2 a pong in two pieces", [part(pong, "a"), part(more, "b", end: true)], [.close(1002)]),
      ConformanceCase("5.3-5.5 a text", [part(text, "ab"), part(more, "cd", end: true)], [.text(bytes("abcd"))]),
      ConformanceCase(
        "5.6-5.8 with a ping between", [part(text, "ab"), clientFrame(ping, [7]), part(more, "cd", end: true)],
        [.pong([7]), .text(bytes("abcd"))]),
      ConformanceCase("5.9-5.11 an end of nothing", [part(more, "x", end: true), hello], [.close(1002)]),
      ConformanceCase("5.12-5.14 a piece of nothing", [part(more, "x"), hello], [.close(1002)]),
      ConformanceCase(
        "5.15 a piece after the end", [part(text, "a"), part(more, "b", end: true), part(more, "c"), hello],
        [.text(bytes("ab")), .close(1002)]),
      ConformanceCase("5.16 pieces before the beginning", [part(more, "a"), part(text, "b")], [.close(1002)]),
      ConformanceCase(
        "5.17 an end before the beginning", [part(more, "a", end: true), part(text, "b")], [.close(1002)]),
      ConformanceCase("5.18 a second beginning", [part(text, "a"), part(text, "b", end: true)], [.close(1002)]),
      ConformanceCase(
        "a beginning of the other kind", [part(text, "a"), part(binary, "b", end: true)], [.close(1002)]),
      ConformanceCase(
        "5.19 5.20 five pieces and two pings",
        [
          part(text, "1"), part(more, "2"), clientFrame(ping, [1]), part(more, "3"), part(more, "4"),
          clientFrame(ping, [2]), part(more, "5", end: true),
        ], [.pong([1]), .pong([2]), .text(bytes("12345"))]),
      ConformanceCase(
        "empty pieces of a binary message", [part(binary, ""), part(more, "x"), part(more, "", end: true)],
        [.binary(bytes("x"))]),
    ])
  func fragments(item: ConformanceCase) { check(item) }

  private static let greek = bytes("Hello-µ@ßöäüàá-UTF-8!!")

  @Test(
    "6: texts are UTF-8, whatever pieces cut their characters",
    arguments: [
      ConformanceCase("6.1.1 empty", [clientFrame(text)], [.text([])]),
      ConformanceCase(
        "6.1.2 three empty pieces", [part(text, ""), part(more, ""), part(more, "", end: true)], [.text([])]),
      ConformanceCase(
        "6.1.3 something between two", [part(text, ""), part(more, "middle"), part(more, "", end: true)],
        [.text(bytes("middle"))]),
      ConformanceCase("6.2.1", [clientFrame(text, greek)], [.text(greek)]),
      ConformanceCase(
        "6.2.3 6.2.4 a piece each byte",
        greek.enumerated().map { clientFrame($0 == 0 ? text : more, [$1], isFinal: $0 == greek.count - 1) },
        [.text(greek)]),
      ConformanceCase("cut at its end", [clientFrame(text, [0xce])], [.close(1007)]),
      ConformanceCase(
        "cut at its end in pieces", [part(text, "a"), clientFrame(more, [0xce, 0xba, 0xe1], isFinal: true)],
        [.close(1007)]),
      ConformanceCase("binary messages are anything", [clientFrame(binary, [0xff, 0xce])], [.binary([0xff, 0xce])]),
    ])
  func texts(item: ConformanceCase) { check(item) }

  @Test("6.4: what cannot become UTF-8 ends the connection before the rest of it is there")
  func failFast() {
    let cosmos: [UInt8] = bytes("κόσμε")
    // The rest of the frame, or of the message, is never sent.
    let unfinished = clientFrame(text, cosmos + [0xf4, 0x90, 0x80, 0x80] + bytes("edited"))
    for size in [1, 2, Int.max] {
      #expect(EchoPeer.replies(to: Array(unfinished.prefix(6 + cosmos.count + 2)), by: size) == [.close(1007)])
      #expect(EchoPeer.replies(to: Array(unfinished.prefix(6 + cosmos.count + 1)), by: size).isEmpty)
    }
    let pieces = clientFrame(text, cosmos, isFinal: false) + clientFrame(more, [0xed, 0xa0], isFinal: false)
    #expect(EchoPeer.replies(to: pieces, by: 1) == [.close(1007)])
  }

  @Test(
    "7.1: nothing counts after a farewell",
    arguments: [
      ConformanceCase("7.1.1", [hello, close(1000)], [.text(bytes("Hello")), .close(1000)]),
      ConformanceCase("7.1.2 two", [close(1000), close(1000)], [.close(1000)]),
      ConformanceCase("7.1.3 a ping after it", [close(1000), clientFrame(ping)], [.close(1000)]),
      ConformanceCase("7.1.4 a text after it", [close(1000), hello], [.close(1000)]),
      ConformanceCase(
        "7.1.5 within a message", [part(text, "a"), close(1000), part(more, "b", end: true)], [.close(1000)]),
      ConformanceCase(
        "7.1.6 after a long one", [clientFrame(binary, [UInt8](repeating: 7, count: 262_144)), close(1000), hello],
        [.binary([UInt8](repeating: 7, count: 262_144)), .close(1000)]),
      ConformanceCase("7.3.1 without a code", [clientFrame(bye)], [.close(1000)]),
      ConformanceCase("7.3.2 half a code", [clientFrame(bye, [3])], [.close(1002)]),
      ConformanceCase("7.3.3", [close(1000)], [.close(1000)]),
      ConformanceCase("7.3.4 with a reason", [close(1000, bytes("Hello World!"))], [.close(1000)]),
      ConformanceCase("7.3.5 with the longest", [close(1000, [UInt8](repeating: 0x2a, count: 123))], [.close(1000)]),
      ConformanceCase("7.3.6 a byte longer", [close(1000, [UInt8](repeating: 0x2a, count: 124))], [.close(1002)]),
      ConformanceCase(
        "7.5.1 a reason that is no UTF-8", [close(1000, [0xce, 0xba, 0xed, 0xa0, 0x80])], [.close(1007)]),
      ConformanceCase("a reason cut short", [close(1000, [0xce])], [.close(1007)]),
    ])
  func farewells(item: ConformanceCase) { check(item) }

  @Test("7.7: codes that a client may send are said back")
  func codes() {
    for code in [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999] {
      check(ConformanceCase("\(code)", [close(UInt16(code))], [.close(UInt16(code))]))
    }
  }

  @Test("7.9 7.13: others are a fault, and never said back")
  func wrongCodes() {
    for code in [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 9999, 65_535] {
      check(ConformanceCase("\(code)", [close(UInt16(code), bytes("why"))], [.close(1002)]))
    }
  }

  @Test("9: a message may have as much as is allowed, in one frame or in many, and not a byte more")
  func limits() {
    let limit = 256 << 10
    let whole = [UInt8](repeating: 0x2a, count: limit)
    for kind in [text, binary] {
      let echo: Reply = kind == text ? .text(whole) : .binary(whole)
      for piece in [limit, 65_536, 4096, 1 << 10] {
        let starts = Array(stride(from: 0, to: limit, by: piece))
        let frames = starts.flatMap { start in
          clientFrame(
            start == 0 ? kind : more, Array(whole[start..<(start + piece)]), isFinal: start + piece == limit)
        }
        #expect(EchoPeer.replies(to: frames, by: 1460, messageLimit: limit) == [echo], "frames of \(piece)")
        #expect(EchoPeer.replies(to: frames, by: .max, messageLimit: limit - 1) == [.close(1009)])
      }
    }
    let many = (0..<2000).flatMap { _ in clientFrame(text, [0x2a]) }
    #expect(EchoPeer.replies(to: many, by: 64).count == 2000)
  }

  @Test("frames of clients are masked, and no length claims more than a number holds")
  func unmasked() {
    check(ConformanceCase("not masked", [clientFrame(text, bytes("x"), mask: nil)], [.close(1002)]))
    check(ConformanceCase("masked with zeros", [clientFrame(text, [1], mask: [0, 0, 0, 0])], [.text([1])]))
    let head: [UInt8] = [0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]
    check(ConformanceCase("the highest bit of a length", [head], [.close(1002)]))
  }
}
