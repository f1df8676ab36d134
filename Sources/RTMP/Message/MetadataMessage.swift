internal import Media
internal import NIOCore
internal import Packets

/// `onMetaData`: what the publisher says about its stream (Adobe FLV §E.5).
enum MetadataMessage {
  /// The message that announces `stream`; a server keeps it because of `@setDataFrame`.
  static func message(for stream: StreamDescription, streamID: UInt32, timestamp: UInt32) -> RTMPMessage {
    var payload = ByteBuffer()
    payload.writeAMF0(.string("@setDataFrame"))
    payload.writeImmutableBuffer(body(for: stream))
    return RTMPMessage(type: .dataAMF0, streamID: streamID, timestamp: timestamp, payload: payload)
  }

  /// What a file's script tag holds: the event's name and its values (Adobe FLV §E.4.4).
  static func body(for stream: StreamDescription) -> ByteBuffer {
    var body = ByteBuffer()
    body.writeAMF0(.string("onMetaData"))
    body.writeAMF0(.ecmaArray(properties(of: stream)))
    return body
  }

  /// The named values that describe `stream`; bitrates in kbit/s, as every reader of them expects.
  static func properties(of stream: StreamDescription) -> AMF0Object {
    var object = AMF0Object()
    if let video = stream.video {
      object.append("width", .number(Double(video.size.width)))
      object.append("height", .number(Double(video.size.height)))
      object.append("framerate", .number(video.frameRate.perSecond))
      object.append("videocodecid", .number(7))
      object.append("videodatarate", .number(Double(video.bitrate.bitsPerSecond) / 1000))
    }
    if let audio = stream.audio {
      object.append("audiocodecid", .number(10))
      object.append("audiodatarate", .number(Double(audio.bitrate.bitsPerSecond) / 1000))
      object.append("audiosamplerate", .number(Double(audio.sampleRate)))
      object.append("audiosamplesize", .number(16))
      object.append("audiochannels", .number(Double(audio.channels)))
      object.append("stereo", .boolean(audio.channels == 2))
    }
    object.append("encoder", .string(stream.encoder))
    return object
  }

  /// The metadata in a data message; `nil` where it carries something else.
  static func properties(in message: RTMPMessage) throws(AMF0Error) -> AMF0Object? {
    var payload = message.payload
    switch message.type {
    case .dataAMF0: break
    case .dataAMF3: payload.moveReaderIndex(forwardBy: min(1, payload.readableBytes))
    default: return nil
    }
    var reader = AMF0Reader(payload)
    var name = reader.isAtEnd ? nil : try reader.read().string
    if name == "@setDataFrame" { name = reader.isAtEnd ? nil : try reader.read().string }
    guard name == "onMetaData", !reader.isAtEnd else { return nil }
    return try reader.read().object
  }
}
