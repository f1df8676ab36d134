import NIOCore
import TestSupport
import Testing

@testable import TranswrapServer

@Suite("WebSocket frames at random")
struct WebSocketFrameReaderFuzzTests {
  private static let limit = 4096

  /// A conversation of frames that are mostly right.
  private static func conversation(_ random: inout Fuzz.Random) -> [UInt8] {
    var bytes: [UInt8] = []
    var isInMessage = false
    for _ in 0...random.below(8) {
      let mask = (0..<4).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      let payload = (0..<random.below(200)).map { _ in UInt8(truncatingIfNeeded: random.next() & 0x7f) }
      switch random.below(10) {
      case 0: bytes += clientFrame(9, Array(payload.prefix(125)), mask: mask)
      case 1: bytes += clientFrame(10, Array(payload.prefix(125)), mask: mask)
      case 2: bytes += clientFrame(8, [3, UInt8(random.below(256))], mask: mask)
      default:
        let isFinal = random.below(2) == 0
        let opcode: UInt8 = isInMessage ? 0 : UInt8(1 + random.below(2))
        bytes += clientFrame(opcode, payload, isFinal: isFinal, mask: mask)
        isInMessage = !isFinal
      }
    }
    return bytes
  }

  @Test("whatever comes is answered alike in one piece and in random ones, with no code that may not be sent")
  func pieces() async {
    await Fuzz("WebSocket frames", count: 4000).run { random in
      let good = Self.conversation(&random)
      let bytes = random.below(3) == 0 ? good : Fuzz.mutated(good, &random)
      let whole = EchoPeer.replies(to: bytes, by: .max, messageLimit: Self.limit)
      var peer = EchoPeer(messageLimit: Self.limit)
      var rest = bytes[...]
      while !rest.isEmpty {
        let piece = rest.prefix(1 + random.below(random.below(4) == 0 ? 3 : 300))
        peer.receive(piece)
        rest = rest.dropFirst(piece.count)
      }
      #expect(peer.replies == whole, "\(bytes)")
      for case .close(let code) in whole {
        #expect([1000...1003, 1007...1014, 3000...4999].contains { $0.contains(code) }, "\(code)")
      }
      // What comes back is never more than what was sent.
      let size = whole.reduce(0) { sum, reply in
        switch reply {
        case .text(let bytes), .binary(let bytes), .pong(let bytes): sum + bytes.count
        case .close: sum
        }
      }
      #expect(size <= bytes.count)
    }
  }
}
