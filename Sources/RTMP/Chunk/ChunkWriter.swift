internal import NIOCore

/// Cuts messages into chunks (RTMP 1.0 §5.3).
///
/// Uses full headers for a chunk stream's first message and wherever time jumps, deltas otherwise, and type 3 only
/// to continue a message: peers disagree about what a type 3 chunk that begins one adds to the time.
struct ChunkWriter {
  /// Chunk streams as they are used here; any number of 3 to 63 would do.
  enum ChunkStream: Int, Sendable {
    case control = 2
    case command = 3
    case audio = 4
    case data = 5
    case video = 6
  }

  private struct Previous {
    var timestamp: UInt32
    var length: Int
    var type: MessageType
    var streamID: UInt32
  }

  private var previous = [Previous?](repeating: nil, count: 7)
  /// The most payload bytes in one chunk; the peer has to be told before it changes.
  private(set) var chunkSize = 128

  /// Announces and uses a new chunk size.
  mutating func setChunkSize(_ size: Int, into output: inout ByteBuffer) {
    write(ControlMessage.setChunkSize(UInt32(size)).message, into: &output)
    chunkSize = size
  }

  /// Appends a message on the chunk stream that its type has.
  mutating func write(_ message: RTMPMessage, into output: inout ByteBuffer) {
    let stream: ChunkStream =
      switch message.type {
      case .audio: .audio
      case .video: .video
      case .dataAMF0, .dataAMF3: .data
      case .commandAMF0, .commandAMF3: .command
      default: .control
      }
    write(
      type: message.type, streamID: message.streamID, timestamp: message.timestamp, prefix: FLVTagHeader(),
      payload: message.payload, on: stream, into: &output)
  }

  /// Appends a message whose payload is `prefix` and then `payload`, so that nobody has to join them first.
  mutating func write(
    type: MessageType, streamID: UInt32, timestamp: UInt32, prefix: FLVTagHeader, payload: ByteBuffer,
    on stream: ChunkStream, into output: inout ByteBuffer
  ) {
    let length = prefix.count + payload.readableBytes
    output.reserveCapacity(output.writerIndex + 16 + length + 5 * (length / chunkSize + 1))
    let extended = writeHeader(
      Previous(timestamp: timestamp, length: length, type: type, streamID: streamID), on: stream, into: &output)
    prefix.write(into: &output)
    var rest = payload
    var room = chunkSize - prefix.count
    while true {
      if let piece = rest.readSlice(length: min(room, rest.readableBytes)) { output.writeImmutableBuffer(piece) }
      guard rest.readableBytes > 0 else { return }
      output.writeInteger(UInt8(0xc0) | UInt8(stream.rawValue))
      if let extended { output.writeInteger(extended) }
      room = chunkSize
    }
  }

  /// Appends the basic and message headers; returns the extended timestamp that continuing chunks repeat.
  private mutating func writeHeader(
    _ header: Previous, on stream: ChunkStream, into output: inout ByteBuffer
  ) -> UInt32? {
    defer { previous[stream.rawValue] = header }
    if let last = previous[stream.rawValue], last.streamID == header.streamID {
      let delta = header.timestamp &- last.timestamp
      // From here on the time went back or jumped; a full header says so plainly.
      if delta < 0xff_ffff {
        let isAlike = last.length == header.length && last.type == header.type
        output.writeInteger(UInt8(isAlike ? 0x80 : 0x40) | UInt8(stream.rawValue))
        output.writeUInt24(delta)
        if !isAlike {
          output.writeUInt24(UInt32(header.length))
          output.writeInteger(header.type.rawValue)
        }
        return nil
      }
    }
    let extended = header.timestamp >= 0xff_ffff ? header.timestamp : nil
    output.writeInteger(UInt8(stream.rawValue))
    output.writeUInt24(extended == nil ? header.timestamp : 0xff_ffff)
    output.writeUInt24(UInt32(header.length))
    output.writeInteger(header.type.rawValue)
    output.writeInteger(header.streamID, endianness: .little)
    if let extended { output.writeInteger(extended) }
    return extended
  }
}
