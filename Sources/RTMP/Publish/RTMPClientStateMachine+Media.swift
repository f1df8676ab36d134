internal import Media
internal import NIOCore
internal import Networking
internal import Packets

extension RTMPClientStateMachine {
  /// The packets from here on are of these tracks: the metadata and the sequence headers go before the next one.
  mutating func describe(_ stream: StreamDescription) {
    self.stream = stream
    hasSentHeaders = false
  }

  /// Appends the bytes of `packet`; in front of the first one the metadata and the sequence headers, with its time.
  ///
  /// Times are RTMP's: milliseconds modulo 2^32, so that a stream may run for ever and need not begin at zero.
  mutating func write(_ packet: EncodedPacket, into output: inout ByteBuffer) {
    let start = output.writerIndex
    defer { count(output, from: start) }
    let timestamp = UInt32(truncatingIfNeeded: packet.decodeTime.milliseconds)
    if !hasSentHeaders {
      hasSentHeaders = true
      writer.write(
        MetadataMessage.message(for: stream, streamID: streamID, timestamp: timestamp), into: &output)
      if let video = stream.video {
        write(
          .video, timestamp, .video(isKeyframe: true, isSequenceHeader: true, compositionTime: 0),
          video.decoderConfiguration, into: &output)
      }
      if let audio = stream.audio {
        write(.audio, timestamp, .audio(isSequenceHeader: true), audio.audioSpecificConfig, into: &output)
      }
    }
    write(packet.isVideo ? .video : .audio, timestamp, .packet(packet), packet.payload, into: &output)
  }

  private mutating func write(
    _ type: MessageType, _ timestamp: UInt32, _ header: FLVTagHeader, _ payload: ByteBuffer,
    into output: inout ByteBuffer
  ) {
    writer.write(
      type: type, streamID: streamID, timestamp: timestamp, prefix: header, payload: payload,
      on: type == .video ? .video : .audio, into: &output)
  }

  /// The farewell; `nil` where no stream was ever asked for.
  mutating func close() -> ByteBuffer? {
    guard !hasFailed, stage == .publishing || stage == .publish else {
      stage = .closing
      return nil
    }
    var output = ByteBuffer()
    defer { count(output, from: 0) }
    call("FCUnpublish", .unpublishNotice, [.string(key.value)], into: &output)
    call("deleteStream", .deleteStream, [.number(Double(streamID))], into: &output)
    stage = .closing
    return output
  }
}
