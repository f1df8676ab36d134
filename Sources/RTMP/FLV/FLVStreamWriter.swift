public import Media
public import NIOCore
public import Packets

/// Writes an FLV file as it is sent (Adobe FLV §E.2, §E.3): the bytes that RTMP's messages carry, with tags around them.
public struct FLVStreamWriter: Sendable {
  /// Bytes around a tag's payload: its header, and its size behind it.
  private static let overhead = 15

  private let stream: StreamDescription

  /// Makes a writer for a stream of these tracks.
  public init(_ stream: StreamDescription) { self.stream = stream }

  /// The file's header, the metadata and the sequence headers: in front of the first packet.
  /// - Parameter time: the decode time of the packet that follows.
  public func opening(at time: MediaTime) -> ByteBuffer {
    var output = ByteBuffer(bytes: FLVStreamReader.signature)
    output.writeInteger(UInt8(1))
    output.writeInteger(UInt8(stream.audio == nil ? 0 : 4) | UInt8(stream.video == nil ? 0 : 1))
    output.writeInteger(UInt32(9))
    output.writeInteger(UInt32(0))
    let timestamp = Self.timestamp(time)
    let metadata = MetadataMessage.body(for: stream)
    // At zero, whenever the stream begins: metadata with another time is a track of its own to some readers.
    Self.write(.dataAMF0, 0, FLVTagHeader(), metadata, into: &output)
    if let video = stream.video {
      Self.write(
        .video, timestamp, .video(isKeyframe: true, isSequenceHeader: true, compositionTime: 0),
        video.decoderConfiguration, into: &output)
    }
    if let audio = stream.audio {
      Self.write(.audio, timestamp, .audio(isSequenceHeader: true), audio.audioSpecificConfig, into: &output)
    }
    return output
  }

  /// Bytes that ``write(_:into:)`` will append.
  public func count(_ packet: EncodedPacket) -> Int {
    FLVTagHeader.packet(packet).count + packet.payload.readableBytes + Self.overhead
  }

  /// Appends a packet as one tag.
  public func write(_ packet: EncodedPacket, into output: inout ByteBuffer) {
    Self.write(
      packet.isVideo ? .video : .audio, Self.timestamp(packet.decodeTime), .packet(packet), packet.payload,
      into: &output)
  }

  private static func timestamp(_ time: MediaTime) -> UInt32 { UInt32(truncatingIfNeeded: time.milliseconds) }

  private static func write(
    _ type: MessageType, _ timestamp: UInt32, _ header: FLVTagHeader, _ payload: ByteBuffer,
    into output: inout ByteBuffer
  ) {
    let size = UInt32(header.count + payload.readableBytes)
    output.writeInteger(type.rawValue)
    output.writeUInt24(size)
    output.writeUInt24(timestamp & 0xff_ffff)
    output.writeInteger(UInt8(truncatingIfNeeded: timestamp >> 24))
    output.writeUInt24(0)
    header.write(into: &output)
    output.writeImmutableBuffer(payload)
    output.writeInteger(size + 11)
  }
}
