public import Media
public import NIOCore
public import Packets

/// Why bytes are no FLV stream that can be published.
public enum FLVStreamError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The stream does not begin with FLV's header.
  case notFLV
  /// A tag is longer than allowed.
  case tagTooLong(bytes: Int, limit: Int)
  /// Its media cannot be taken, in words.
  case unsupported(String)

  /// One line for a person.
  public var description: String {
    switch self {
    case .notFLV: "the stream does not begin with an FLV header"
    case .tagTooLong(let bytes, let limit): "an FLV tag of \(bytes) bytes exceeds \(limit)"
    case .unsupported(let what): what
    }
  }
}

/// Reads an FLV file as it comes (Adobe FLV §E.2, §E.3): H.264 and AAC, out of pieces of any size.
///
/// A tag that lies whole within one piece is handed out as a part of it, without a copy; one that does not is put
/// together once. Times are those of the tags, continuous beyond 2^32 ms.
public struct FLVStreamReader: Sendable {
  /// What came of the bytes.
  public enum Output: Equatable, Sendable {
    /// The tracks; before all packets.
    case begin(StreamDescription)
    /// A track was added or its parameters changed; the packets from here on are of this kind.
    case changed(StreamDescription)
    /// One packet.
    case packet(EncodedPacket)
  }

  /// FLV's signature, by which a stream can be told from others.
  public static let signature: [UInt8] = [0x46, 0x4c, 0x56]
  /// Bytes of a tag's header, and of the size that follows each tag.
  private static let (headerBytes, trailerBytes) = (11, 4)
  private static let fileHeaderBytes = 9
  /// Bytes of metadata that are read.
  private static let metadataLimit = 64 << 10

  private let tagLimit: Int
  private var assembler = PublicationAssembler()
  /// What was given last and is not yet used up.
  private var input = ByteBuffer()
  /// The beginning of a tag whose rest has yet to come.
  private var partial: ByteBuffer?
  private var hasHeader = false
  /// Descriptions of the stream that are still read.
  private var metadataLeft = 16
  private var ready = CircularBuffer<Output>()

  /// Makes a reader.
  /// - Parameter tagLimit: the most bytes in a tag; a stream with a longer one is refused.
  public init(tagLimit: Int = 4 << 20) { self.tagLimit = tagLimit }

  /// Adds bytes; all that came before has to be read.
  public mutating func append(_ bytes: ByteBuffer) {
    if input.readableBytes == 0 {
      input = bytes
    } else {
      input.writeImmutableBuffer(bytes)
    }
  }

  /// The next output; `nil` when more bytes are wanted.
  /// - Parameter now: CLOCK_MONOTONIC, for the packets' ``EncodedPacket/captureTime``.
  public mutating func next(at now: MediaTime) throws(FLVStreamError) -> Output? {
    while true {
      if let output = ready.popFirst() { return output }
      guard let tag = try nextTag() else { return nil }
      for output in take(tag, at: now) {
        switch output {
        case .begin(let description):
          metadataLeft = 0
          ready.append(.begin(description))
        case .packet(let packet): ready.append(.packet(packet))
        case .added(let description, _), .changed(let description, _): ready.append(.changed(description))
        case .rejected(let what): throw .unsupported(what)
        }
      }
    }
  }

  private mutating func take(_ tag: RTMPMessage, at now: MediaTime) -> [PublicationAssembler.Output] {
    switch tag.type {
    case .audio, .video: return assembler.receive(tag, at: now)
    case .dataAMF0:
      // Metadata only describes, and only what comes first counts: what cannot be read, or is longer than such a
      // description (an index of keyframes in it), is as good as not said.
      guard metadataLeft > 0, tag.payload.readableBytes <= Self.metadataLimit else { return [] }
      metadataLeft -= 1
      if let metadata = try? MetadataMessage.properties(in: tag) { assembler.setMetadata(metadata) }
      return []
    default: return []
    }
  }

  /// One whole tag as the RTMP message that it is; the two carry the same bytes.
  private mutating func nextTag() throws(FLVStreamError) -> RTMPMessage? {
    if !hasHeader {
      guard try readFileHeader() else { return nil }
      hasHeader = true
    }
    guard let needed = try bytesOfTag() else { return nil }
    var tag: ByteBuffer
    if var begun = partial {
      partial = nil
      let missing = needed - begun.readableBytes
      if missing > 0, var rest = input.readSlice(length: min(missing, input.readableBytes)) {
        begun.writeBuffer(&rest)
      }
      guard begun.readableBytes >= needed else {
        partial = begun
        return nil
      }
      tag = begun
    } else {
      guard let whole = input.readSlice(length: needed) else {
        keepRest(capacity: needed)
        return nil
      }
      tag = whole
    }
    guard let type: UInt8 = tag.readInteger(), let size = tag.readUInt24(), let low = tag.readUInt24(),
      let high: UInt8 = tag.readInteger(), tag.readUInt24() != nil, let payload = tag.readSlice(length: Int(size))
    else { return nil }
    // Bit 5 says that the tag is encrypted; such a tag has no type that is known here.
    return RTMPMessage(
      type: MessageType(rawValue: type & 0x3f), timestamp: UInt32(high) << 24 | low, payload: payload)
  }

  /// How many bytes the next tag has in all; `nil` while its header is not there.
  private mutating func bytesOfTag() throws(FLVStreamError) -> Int? {
    if var begun = partial, begun.readableBytes < Self.headerBytes {
      partial = nil
      let missing = Self.headerBytes - begun.readableBytes
      if var rest = input.readSlice(length: min(missing, input.readableBytes)) { begun.writeBuffer(&rest) }
      partial = begun
    }
    let header = partial ?? input
    guard header.readableBytes >= Self.headerBytes else {
      if partial == nil { keepRest(capacity: Self.headerBytes) }
      return nil
    }
    let start = header.readerIndex + 1
    guard let high: UInt8 = header.getInteger(at: start), let low: UInt16 = header.getInteger(at: start + 1) else {
      return nil
    }
    let size = Int(high) << 16 | Int(low)
    guard size <= tagLimit else { throw .tagTooLong(bytes: size, limit: tagLimit) }
    return Self.headerBytes + size + Self.trailerBytes
  }

  /// Moves what is left of the input to memory of its own, so that the rest can be added without copying more.
  private mutating func keepRest(capacity: Int) {
    guard input.readableBytes > 0 else { return }
    var begun = ByteBuffer()
    // A claim alone reserves little: the rest is reserved as it comes.
    begun.reserveCapacity(max(input.readableBytes, min(capacity, 64 << 10)))
    begun.writeBuffer(&input)
    input = ByteBuffer()
    partial = begun
  }

  private mutating func readFileHeader() throws(FLVStreamError) -> Bool {
    var begun = partial ?? ByteBuffer()
    let missing = Self.fileHeaderBytes + Self.trailerBytes - begun.readableBytes
    if var more = input.readSlice(length: min(missing, input.readableBytes)) { begun.writeBuffer(&more) }
    guard begun.readableBytesView.prefix(3).elementsEqual(Self.signature.prefix(begun.readableBytes)) else {
      throw .notFLV
    }
    guard begun.readableBytes == Self.fileHeaderBytes + Self.trailerBytes else {
      partial = begun
      return false
    }
    partial = nil
    // The header says its own length; longer ones are not in use.
    guard begun.getInteger(at: begun.readerIndex + 5, as: UInt32.self) == UInt32(Self.fileHeaderBytes) else {
      throw .notFLV
    }
    return true
  }
}
