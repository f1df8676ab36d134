import NIOCore
import Transwrap

@testable import TranswrapServer

/// A frame as RFC 6455 §5.2 draws it, as a client sends it.
func clientFrame(
  _ opcode: UInt8, _ payload: [UInt8] = [], isFinal: Bool = true, reserved: UInt8 = 0,
  mask: [UInt8]? = [0xa1, 0x02, 0xff, 0x7e]
) -> [UInt8] {
  var bytes = [(isFinal ? 0x80 : 0) | reserved << 4 | opcode]
  let bit: UInt8 = mask == nil ? 0 : 0x80
  switch payload.count {
  case ..<126: bytes.append(bit | UInt8(payload.count))
  case ..<65_536: bytes += [bit | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xff)]
  default: bytes += [bit | 127] + (0..<8).reversed().map { UInt8(truncatingIfNeeded: payload.count >> ($0 * 8)) }
  }
  guard let mask else { return bytes + payload }
  bytes += mask
  bytes.reserveCapacity(bytes.count + payload.count)
  for (index, byte) in payload.enumerated() { bytes.append(byte ^ mask[index & 3]) }
  return bytes
}

/// A server that says back each message that it hears, on the proxy's own reader of frames: what suites of cases for
/// the protocol talk to.
struct EchoPeer {
  enum Reply: Equatable {
    case text([UInt8])
    case binary([UInt8])
    case pong([UInt8])
    /// The close frame with its code, after which nothing is heard or said.
    case close(UInt16)
  }

  private var reader: WebSocketFrameReader
  private var message: [UInt8] = []
  private(set) var replies: [Reply] = []
  private var isClosed = false

  init(messageLimit: Int) { reader = WebSocketFrameReader(messageLimit: messageLimit, textLimit: messageLimit) }

  mutating func receive(_ bytes: ArraySlice<UInt8>) {
    guard !isClosed else { return }
    reader.append(ByteBuffer(bytes: bytes))
    do throws(WebSocketFrameReader.Violation) {
      while !isClosed, let output = try reader.next() { take(output) }
    } catch { close(error.closeCode.rawValue) }
  }

  private mutating func take(_ output: WebSocketFrameReader.Output) {
    switch output {
    case .text(let text): replies.append(.text(text.map { Array($0.readableBytesView) } ?? []))
    case .binary(let bytes, let isFinal):
      message += Array(bytes.readableBytesView)
      guard isFinal else { return }
      replies.append(.binary(message))
      message = []
    case .ping(let bytes): replies.append(.pong(Array(bytes.readableBytesView)))
    case .pong: break
    case .close(let code): close(code ?? 1000)
    }
  }

  private mutating func close(_ code: UInt16) {
    isClosed = true
    replies.append(.close(code))
  }

  /// What comes back for bytes that arrive in pieces of `size`.
  static func replies(to bytes: [UInt8], by size: Int, messageLimit: Int = 16 << 20) -> [Reply] {
    var peer = EchoPeer(messageLimit: messageLimit)
    for start in stride(from: 0, to: bytes.count, by: max(1, size)) {
      peer.receive(bytes[start..<min(bytes.count, start + min(size, bytes.count))])
    }
    return peer.replies
  }
}
