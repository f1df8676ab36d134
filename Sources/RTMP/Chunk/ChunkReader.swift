internal import NIOCore

/// What is wrong with a chunk stream.
enum ChunkError: Error, Equatable, Sendable, CustomStringConvertible {
  case missingHeader(chunkStream: Int)
  case messageTooLong(bytes: Int, limit: Int)
  case tooManyChunkStreams(limit: Int)
  case tooMuchUnfinished(limit: Int)
  case invalidChunkSize(Int)

  var description: String {
    switch self {
    case .missingHeader(let id): "chunk stream \(id) begins without a message header"
    case .messageTooLong(let bytes, let limit): "a message of \(bytes) bytes exceeds \(limit)"
    case .tooManyChunkStreams(let limit): "more than \(limit) chunk streams"
    case .tooMuchUnfinished(let limit): "unfinished messages exceed \(limit) bytes"
    case .invalidChunkSize(let size): "chunk size \(size)"
    }
  }
}

/// Puts messages together from chunks (RTMP 1.0 §5.3), whatever pieces the bytes come in.
///
/// Applies Set Chunk Size and Abort itself, as they concern nobody else, and hands out every message.
struct ChunkReader {
  /// What a peer may make this reader hold.
  struct Limits: Sendable, Equatable {
    var messageBytes = 16 << 20
    var chunkStreams = 64
    var unfinishedBytes = 32 << 20

    /// While only commands are spoken, which are short.
    static let dialogue = Limits(messageBytes: 1 << 18, unfinishedBytes: 1 << 19)
    /// While pictures and sound come.
    static let media = Limits()
  }

  /// What one chunk stream remembers from chunk to chunk.
  private struct ChunkStream {
    let id: Int
    var timestamp: UInt32 = 0
    /// What a type 3 chunk that begins a message adds.
    var delta: UInt32 = 0
    /// The extended timestamp that type 3 chunks repeat.
    var extended: UInt32?
    var length = 0
    var type = MessageType(rawValue: 0)
    var streamID: UInt32 = 0
    var payload = ByteBuffer()
    var isInMessage = false
  }

  /// What holds from the next chunk on.
  var limits: Limits
  private var input = ByteBuffer()
  private var streams: [ChunkStream] = []
  /// The chunk whose payload is being read: its stream's index and the bytes it still has.
  private var current: (stream: Int, left: Int)?
  private var unfinishedBytes = 0
  /// The most payload bytes in one chunk of the peer's.
  private(set) var chunkSize = 128

  init(limits: Limits = Limits()) { self.limits = limits }

  /// The memory that unfinished messages and unread bytes take.
  var heldBytes: Int { input.readableBytes + streams.reduce(0) { $0 + $1.payload.storageCapacity } }

  /// Adds received bytes.
  mutating func append(_ bytes: ByteBuffer) {
    if input.readableBytes == 0 {
      input = bytes
    } else {
      input.discardReadBytes()
      input.writeImmutableBuffer(bytes)
    }
  }

  /// The next whole message; `nil` until more bytes come.
  mutating func next() throws(ChunkError) -> RTMPMessage? {
    while true {
      if let (index, left) = current {
        guard let message = try readPayload(of: index, left: left) else {
          if current == nil { continue }
          return nil
        }
        return message
      }
      guard try readHeader() else { return nil }
    }
  }

  private mutating func readPayload(of index: Int, left: Int) throws(ChunkError) -> RTMPMessage? {
    let count = min(left, input.readableBytes)
    if let bytes = input.readSlice(length: count), count > 0 {
      if streams[index].payload.readableBytes == 0 && count == streams[index].length {
        streams[index].payload = bytes
      } else {
        if streams[index].payload.readableBytes == 0 {
          // Never room on the mere word of a header: it grows with what comes.
          streams[index].payload = ByteBufferAllocator().buffer(capacity: min(streams[index].length, 2 * count))
        }
        streams[index].payload.writeImmutableBuffer(bytes)
      }
      unfinishedBytes += count
      guard unfinishedBytes <= limits.unfinishedBytes else { throw .tooMuchUnfinished(limit: limits.unfinishedBytes) }
    }
    guard count == left else {
      current = (index, left - count)
      return nil
    }
    current = nil
    guard streams[index].payload.readableBytes == streams[index].length else { return nil }
    let message = RTMPMessage(
      type: streams[index].type, streamID: streams[index].streamID, timestamp: streams[index].timestamp,
      payload: streams[index].payload)
    drop(at: index)
    try apply(message)
    return message
  }

  /// Forgets the unfinished message of a chunk stream.
  private mutating func drop(at index: Int) {
    unfinishedBytes -= streams[index].payload.readableBytes
    streams[index].payload = ByteBuffer()
    streams[index].isInMessage = false
  }

  private mutating func apply(_ message: RTMPMessage) throws(ChunkError) {
    switch message.type {
    case .setChunkSize:
      guard case .setChunkSize(let size)? = ControlMessage(message) else { return }
      guard size > 0 else { throw .invalidChunkSize(0) }
      // A message is never longer than 24 bits can say, so neither is a chunk.
      chunkSize = min(Int(size), 0xff_ffff)
    case .abort:
      guard let id = message.payload.getInteger(at: message.payload.readerIndex, as: UInt32.self),
        let index = streams.firstIndex(where: { $0.id == Int(id) })
      else { return }
      drop(at: index)
    default:
      break
    }
  }
}

extension ChunkReader {
  /// Reads one chunk's headers, if they are there whole.
  private mutating func readHeader() throws(ChunkError) -> Bool {
    var header = input
    guard let first: UInt8 = header.readInteger() else { return false }
    let format = first >> 6
    var id = Int(first & 0x3f)
    if id == 0 {
      guard let byte: UInt8 = header.readInteger() else { return false }
      id = 64 + Int(byte)
    } else if id == 1 {
      guard let bytes = header.readInteger(endianness: .little, as: UInt16.self) else { return false }
      id = 64 + Int(bytes)
    }
    guard header.readableBytes >= [11, 7, 3, 0][Int(format)] else { return false }
    let known = streams.firstIndex { $0.id == id }
    // Some peers begin a fresh chunk stream with type 1, which carries all but the message stream id.
    if known == nil && format > 1 { throw .missingHeader(chunkStream: id) }
    guard known != nil || streams.count < limits.chunkStreams else {
      throw .tooManyChunkStreams(limit: limits.chunkStreams)
    }
    var stream = known.map { streams[$0] } ?? ChunkStream(id: id)
    guard Self.readMessageHeader(from: &header, format: format, into: &stream) else { return false }
    guard stream.length <= limits.messageBytes else {
      throw .messageTooLong(bytes: stream.length, limit: limits.messageBytes)
    }
    input = header
    let index = known ?? streams.endIndex
    // A new header in the middle of a message means that the peer gave that message up.
    if format < 3, let known, streams[known].isInMessage {
      drop(at: known)
      stream.payload = ByteBuffer()
    }
    stream.isInMessage = true
    if known == nil { streams.append(stream) } else { streams[index] = stream }
    current = (index, min(chunkSize, stream.length - stream.payload.readableBytes))
    return true
  }

  private static func readMessageHeader(
    from header: inout ByteBuffer, format: UInt8, into stream: inout ChunkStream
  ) -> Bool {
    guard format < 3 else { return readType3(from: &header, into: &stream) }
    guard let field = header.readUInt24() else { return false }
    if format < 2 {
      guard let length = header.readUInt24(), let type: UInt8 = header.readInteger() else { return false }
      stream.length = Int(length)
      stream.type = MessageType(rawValue: type)
    }
    if format == 0 {
      guard let id = header.readInteger(endianness: .little, as: UInt32.self) else { return false }
      stream.streamID = id
    }
    stream.extended = nil
    if field == 0xff_ffff {
      guard let value: UInt32 = header.readInteger() else { return false }
      stream.extended = value
    }
    stream.delta = stream.extended ?? field
    stream.timestamp = format == 0 ? stream.delta : stream.timestamp &+ stream.delta
    return true
  }

  private static func readType3(from header: inout ByteBuffer, into stream: inout ChunkStream) -> Bool {
    if let extended = stream.extended {
      guard let value = header.getInteger(at: header.readerIndex, as: UInt32.self) else { return false }
      // Some peers leave it out in the chunks that continue a message; then these bytes are payload.
      if value == extended || !stream.isInMessage {
        header.moveReaderIndex(forwardBy: 4)
        if !stream.isInMessage { stream.delta = value }
      }
    }
    if !stream.isInMessage { stream.timestamp = stream.timestamp &+ stream.delta }
    return true
  }
}

extension ByteBuffer {
  /// Reads three bytes, most significant first.
  mutating func readUInt24() -> UInt32? {
    guard let high: UInt16 = getInteger(at: readerIndex), let low: UInt8 = getInteger(at: readerIndex + 2) else {
      return nil
    }
    moveReaderIndex(forwardBy: 3)
    return UInt32(high) << 8 | UInt32(low)
  }

  /// Appends the low three bytes, most significant first.
  mutating func writeUInt24(_ value: UInt32) {
    writeInteger(UInt16(truncatingIfNeeded: value >> 8))
    writeInteger(UInt8(truncatingIfNeeded: value))
  }
}
