internal import Media
internal import NIOCore

/// A media message's payload, taken apart (Adobe FLV §E.4.2, §E.4.3).
enum FLVTag: Equatable, Sendable {
  /// AVCDecoderConfigurationRecord.
  case avcSequenceHeader(ByteBuffer)
  /// One access unit, NAL units with lengths in front.
  case avc(isKeyframe: Bool, compositionTime: Int32, ByteBuffer)
  /// AudioSpecificConfig.
  case aacSequenceHeader(ByteBuffer)
  /// One raw AAC frame.
  case aac(ByteBuffer)
  /// Nothing that carries media: the end of a sequence, a command frame, an empty message.
  case empty
  /// A codec that is not taken here, in words.
  case unsupported(String)

  /// Reads the payload of a video message.
  init(video payload: ByteBuffer) {
    var body = payload
    guard let first: UInt8 = body.readInteger() else {
      self = .empty
      return
    }
    guard first & 0x80 == 0 else {
      let name = body.readString(length: 4) ?? ""
      self = .unsupported("video \(ForeignText.cleaned(name)) in extended FLV")
      return
    }
    guard first & 0x0f == 7 else {
      self = .unsupported("video codec \(first & 0x0f)")
      return
    }
    guard let packetType: UInt8 = body.readInteger(), let time = body.readUInt24() else {
      self = .empty
      return
    }
    switch packetType {
    case 0:
      self = body.readableBytes > 0 ? .avcSequenceHeader(body) : .empty
    case 1 where body.readableBytes > 0 && first >> 4 != 5:
      let compositionTime = Int32(bitPattern: time << 8) >> 8
      self = .avc(isKeyframe: first >> 4 == 1, compositionTime: compositionTime, body)
    default:
      self = .empty
    }
  }

  /// Reads the payload of an audio message.
  init(audio payload: ByteBuffer) {
    var body = payload
    guard let first: UInt8 = body.readInteger() else {
      self = .empty
      return
    }
    guard first >> 4 == 10 else {
      self = .unsupported("audio codec \(first >> 4)")
      return
    }
    guard let packetType: UInt8 = body.readInteger(), body.readableBytes > 0 else {
      self = .empty
      return
    }
    self = packetType == 0 ? .aacSequenceHeader(body) : .aac(body)
  }
}
