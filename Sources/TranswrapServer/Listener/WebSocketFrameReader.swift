internal import NIOCore
internal import Transwrap

/// Reads a client's WebSocket frames (RFC 6455 §5) as their bytes come.
///
/// Pure. The payload of binary messages is handed on as it comes, so that nobody keeps a long frame until its end;
/// texts, which are short, and control frames come whole.
struct WebSocketFrameReader: Sendable {
  /// What came.
  enum Output: Equatable, Sendable {
    /// The next bytes of a binary message, unmasked, in memory of their own; maybe none with its end.
    case binary(ByteBuffer, isFinal: Bool)
    /// A text message; `nil` for one that is longer than those that are looked at.
    case text(ByteBuffer?)
    case ping(ByteBuffer)
    case pong
    /// The client's farewell with its code, which may be said back to it; `nil` where it gave none.
    case close(UInt16?)
  }

  /// Why a client is not heard any longer; nothing more can be read then.
  enum Violation: Error, Equatable, Sendable {
    /// It does not follow the protocol.
    case notWebSocket
    /// A text, or the reason of a farewell, is not UTF-8.
    case notUTF8
    /// A message has more bytes than it may.
    case tooBig

    /// What the client is told (RFC 6455 §7.4.1).
    var closeCode: CloseCode {
      switch self {
      case .notWebSocket: .protocolError
      case .notUTF8: .invalidData
      case .tooBig: .tooBig
      }
    }
  }

  /// What a message is, by the opcode of its first frame.
  private enum Message { case binary, text }

  /// A frame whose payload is on its way.
  private struct Frame {
    var opcode: UInt8
    var isFinal: Bool
    var length: Int
    var mask: UInt32
    /// Bytes of the payload that were read.
    var position = 0
  }

  private static let continuation: UInt8 = 0x0
  private static let textFrame: UInt8 = 0x1
  private static let binaryFrame: UInt8 = 0x2
  private static let closeFrame: UInt8 = 0x8
  private static let pingFrame: UInt8 = 0x9
  private static let pongFrame: UInt8 = 0xa
  private static let controlLimit = 125

  private let messageLimit: Int
  private let textLimit: Int
  /// What was given last and is not yet used up.
  private var input = ByteBuffer()
  private var frame: Frame?
  private var message: Message?
  private var messageBytes = 0
  /// The text so far; `nil` once it is too long.
  private var text: ByteBuffer?
  private var scanner = UTF8Scanner()
  private var violation: Violation?
  /// Frames that began, of any kind.
  private(set) var frames = 0

  /// Makes a reader.
  /// - Parameters:
  ///   - messageLimit: the most bytes in a message, over all its frames.
  ///   - textLimit: the longest text that is handed out.
  init(messageLimit: Int, textLimit: Int) {
    self.messageLimit = messageLimit
    self.textLimit = textLimit
  }

  /// Adds bytes; all that came before has to be read.
  mutating func append(_ bytes: ByteBuffer) {
    if input.readableBytes == 0 { input = bytes } else { input.writeImmutableBuffer(bytes) }
  }

  /// The next output; `nil` when more bytes are wanted.
  mutating func next() throws(Violation) -> Output? {
    if let violation { throw violation }
    do throws(Violation) {
      while true {
        if frame == nil { guard try readHeader() else { return nil } }
        guard let current = frame else { return nil }
        let isControl = current.opcode & 8 != 0
        if isControl ? input.readableBytes < current.length : (input.readableBytes == 0 && current.length > 0) {
          // At most a control frame's 125 bytes, or none: the input's memory is not kept for them.
          keepRest()
          return nil
        }
        if let output = try isControl ? readControl(current) : readData(current) { return output }
      }
    } catch {
      violation = error
      throw error
    }
  }

  /// Moves what is left of the input to memory of its own.
  private mutating func keepRest() {
    var rest = ByteBuffer()
    rest.writeBuffer(&input)
    input = rest
  }

  private mutating func readHeader() throws(Violation) -> Bool {
    let start = input.readerIndex
    guard let first: UInt8 = input.getInteger(at: start), let second: UInt8 = input.getInteger(at: start + 1) else {
      keepRest()
      return false
    }
    // No extension was agreed on, so the reserved bits are zero; a client's frames are masked.
    guard first & 0x70 == 0, second & 0x80 != 0 else { throw .notWebSocket }
    var (length, lengthBytes) = (UInt64(second & 0x7f), 0)
    if length == 126 { lengthBytes = 2 } else if length == 127 { lengthBytes = 8 }
    guard input.readableBytes >= 2 + lengthBytes + 4 else {
      keepRest()
      return false
    }
    input.moveReaderIndex(forwardBy: 2)
    if lengthBytes == 2 {
      length = UInt64(input.readInteger(as: UInt16.self) ?? 0)
    } else if lengthBytes == 8 {
      length = input.readInteger(as: UInt64.self) ?? 0
      guard length <= UInt64(Int64.max) else { throw .notWebSocket }
    }
    frames += 1
    guard let mask: UInt32 = input.readInteger(endianness: .little) else { return false }
    try begin(first & 0xf, isFinal: first & 0x80 != 0, length)
    frame = Frame(opcode: first & 0xf, isFinal: first & 0x80 != 0, length: Int(length), mask: mask)
    return true
  }

  /// Checks a frame against what came before it.
  private mutating func begin(_ opcode: UInt8, isFinal: Bool, _ length: UInt64) throws(Violation) {
    switch opcode {
    case Self.closeFrame, Self.pingFrame, Self.pongFrame:
      guard isFinal, length <= UInt64(Self.controlLimit) else { throw .notWebSocket }
      return
    case Self.textFrame, Self.binaryFrame:
      guard message == nil else { throw .notWebSocket }
      message = opcode == Self.textFrame ? .text : .binary
      messageBytes = 0
      text = ByteBuffer()
      scanner = UTF8Scanner()
    case Self.continuation: guard message != nil else { throw .notWebSocket }
    default: throw .notWebSocket
    }
    guard length <= UInt64(messageLimit - messageBytes) else { throw .tooBig }
    messageBytes += Int(length)
  }

  private mutating func readControl(_ current: Frame) throws(Violation) -> Output? {
    frame = nil
    let payload = unmask(current, current.length)
    switch current.opcode {
    case Self.closeFrame: return .close(try Self.farewell(payload))
    case Self.pingFrame: return .ping(payload)
    default: return .pong
    }
  }

  /// The code in a close frame (RFC 6455 §5.5.1).
  private static func farewell(_ payload: ByteBuffer) throws(Violation) -> UInt16? {
    var reason = payload
    guard reason.readableBytes > 0 else { return nil }
    guard let code: UInt16 = reason.readInteger(), mayBeSent(code) else { throw .notWebSocket }
    var scanner = UTF8Scanner()
    guard scanner.take(reason), scanner.isComplete else { throw .notUTF8 }
    return code
  }

  /// Whether a code may stand in a close frame: registered with IANA and not for use inside of programs alone, or one of
  /// those for libraries and applications (RFC 6455 §7.4).
  private static func mayBeSent(_ code: UInt16) -> Bool {
    switch code {
    case 1000...1003, 1007...1014, 3000...4999: true
    default: false
    }
  }

  /// Reads what is there of a data frame; `nil` where that is nothing to hand out.
  private mutating func readData(_ current: Frame) throws(Violation) -> Output? {
    let count = min(current.length - current.position, input.readableBytes)
    let piece = unmask(current, count)
    let isOver = current.position + count == current.length
    let kind = message
    if isOver {
      frame = nil
      if current.isFinal { message = nil }
    } else {
      frame?.position += count
    }
    let isEnd = isOver && current.isFinal
    guard kind == .text else { return count > 0 || isEnd ? .binary(piece, isFinal: isEnd) : nil }
    guard scanner.take(piece), !isEnd || scanner.isComplete else { throw .notUTF8 }
    if var begun = text {
      text = nil
      if begun.readableBytes + count <= textLimit {
        begun.writeImmutableBuffer(piece)
        text = begun
      }
    }
    guard isEnd else { return nil }
    defer { text = nil }
    return .text(text)
  }

  /// Takes so many bytes of a frame's payload out of the input.
  ///
  /// The input's memory is the socket's, which reads into it again once nobody holds it: hence a copy, which costs
  /// less than a new 64 KiB for each read.
  private mutating func unmask(_ current: Frame, _ count: Int) -> ByteBuffer {
    var result = ByteBuffer()
    guard count > 0, let masked = input.readSlice(length: count) else { return result }
    let turn = UInt32(current.position & 3) * 8
    let mask = turn == 0 ? current.mask : current.mask >> turn | current.mask << (32 - turn)
    let wide = UInt64(mask) << 32 | UInt64(mask)
    unsafe result.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { target in
      unsafe masked.withUnsafeReadableBytes { source in
        // Eight bytes at a time, which the compiler makes vectors of.
        let whole = count & ~7
        for offset in stride(from: 0, to: whole, by: 8) {
          let word = unsafe source.loadUnaligned(fromByteOffset: offset, as: UInt64.self) ^ wide.littleEndian
          unsafe target.storeBytes(of: word, toByteOffset: offset, as: UInt64.self)
        }
        for offset in whole..<count {
          unsafe target[offset] = unsafe source[offset] ^ UInt8(truncatingIfNeeded: mask >> (8 * UInt32(offset & 3)))
        }
      }
      return count
    }
    return result
  }
}
