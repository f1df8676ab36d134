internal import NIOCore

/// The handshake before the first chunk, either side, in its simple form (RTMP 1.0 §5.2).
struct Handshake {
  /// Bytes of C1, S1, C2 and S2.
  static let packetBytes = 1536
  /// Random bytes that C1 and S1 end with.
  static let nonceBytes = 1528

  /// What a side does next.
  enum Step: Equatable {
    /// More bytes are needed.
    case wait
    /// Send these; the handshake goes on.
    case send(ByteBuffer)
    /// Send these, if any; what follows in `rest` are chunks.
    case done(send: ByteBuffer?, rest: ByteBuffer)
    /// The peer does not speak RTMP: its first byte.
    case notRTMP(version: UInt8)
    /// The peer speaks TLS.
    case tls
  }

  private enum Wanted { case version, packet, echo }

  private let isClient: Bool
  private let nonce: ByteBuffer
  private var wanted = Wanted.version
  private var input = ByteBuffer()

  /// - Parameter nonce: ``nonceBytes`` random bytes.
  init(isClient: Bool, nonce: ByteBuffer) {
    self.isClient = isClient
    self.nonce = nonce
  }

  /// C0 and C1, or S0 and S1: version 3, time 0, four zero bytes, the nonce.
  var opening: ByteBuffer {
    var bytes = ByteBufferAllocator().buffer(capacity: 1 + Self.packetBytes)
    bytes.writeInteger(UInt8(3))
    bytes.writeInteger(UInt64(0))
    bytes.writeImmutableBuffer(nonce.getSlice(at: nonce.readerIndex, length: Self.nonceBytes) ?? nonce)
    bytes.writeRepeatingByte(0, count: max(0, 1 + Self.packetBytes - bytes.readableBytes))
    return bytes
  }

  /// Takes received bytes; the echo in the last packet is not compared, as no server or client does.
  mutating func receive(_ bytes: ByteBuffer) -> Step {
    input.writeImmutableBuffer(bytes)
    var output: ByteBuffer?
    while true {
      switch wanted {
      case .version:
        guard let version: UInt8 = input.getInteger(at: input.readerIndex) else { return .wait }
        // An alert or a handshake of TLS, and its major version 3 (RFC 8446 §5.1).
        if version == 0x15 || version == 0x16 {
          guard let major: UInt8 = input.getInteger(at: input.readerIndex + 1) else { return .wait }
          if major == 3 { return .tls }
        }
        input.moveReaderIndex(forwardBy: 1)
        // Versions 4 to 31 are kept for later ones, to which 3 is a fitting answer; the rest is no RTMP at all.
        guard (3...31).contains(version) else { return .notRTMP(version: version) }
        wanted = .packet
      case .packet:
        guard let packet = input.readSlice(length: Self.packetBytes) else { return step(output) }
        var answer = isClient ? ByteBuffer() : opening
        answer.writeImmutableBuffer(packet)
        output = answer
        wanted = .echo
      case .echo:
        guard input.readSlice(length: Self.packetBytes) != nil else { return step(output) }
        return .done(send: output, rest: input)
      }
    }
  }

  private func step(_ output: ByteBuffer?) -> Step { output.map { .send($0) } ?? .wait }
}
