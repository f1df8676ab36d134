internal import Media
internal import NIOCore
internal import Packets

/// The bytes in front of an encoded frame: FLV's VideoTagHeader or AudioTagHeader (Adobe FLV §E.4.2, §E.4.3).
///
/// At most five bytes, held without an allocation.
struct FLVTagHeader: Equatable, Sendable {
  private var bytes: UInt64 = 0
  /// Bytes in the header; zero for messages that are not media.
  private(set) var count = 0

  /// An empty header.
  init() {}

  /// The header of an AVC access unit, or of the AVC sequence header.
  /// - Parameter compositionTime: milliseconds from decoding to showing; 24 bits, signed.
  static func video(isKeyframe: Bool, isSequenceHeader: Bool, compositionTime: Int32) -> FLVTagHeader {
    var header = FLVTagHeader()
    header.append(isKeyframe ? 0x17 : 0x27)
    header.append(isSequenceHeader ? 0 : 1)
    let time = UInt32(bitPattern: compositionTime)
    header.append(UInt8(truncatingIfNeeded: time >> 16))
    header.append(UInt8(truncatingIfNeeded: time >> 8))
    header.append(UInt8(truncatingIfNeeded: time))
    return header
  }

  /// The header of a raw AAC frame, or of the AudioSpecificConfig.
  ///
  /// The rate, size and channel bits are fixed for AAC whatever it carries (Adobe FLV §E.4.2.1).
  static func audio(isSequenceHeader: Bool) -> FLVTagHeader {
    var header = FLVTagHeader()
    header.append(0xaf)
    header.append(isSequenceHeader ? 0 : 1)
    return header
  }

  /// The header of `packet`.
  static func packet(_ packet: EncodedPacket) -> FLVTagHeader {
    guard case .video(let isKeyframe) = packet.kind else { return .audio(isSequenceHeader: false) }
    let offset = packet.presentationTime.milliseconds - packet.decodeTime.milliseconds
    return .video(
      isKeyframe: isKeyframe, isSequenceHeader: false,
      compositionTime: Int32(max(-0x80_0000, min(0x7f_ffff, offset))))
  }

  /// Appends the header's bytes.
  func write(into output: inout ByteBuffer) {
    for index in 0..<count { output.writeInteger(UInt8(truncatingIfNeeded: bytes >> (8 * UInt64(index)))) }
  }

  private mutating func append(_ byte: UInt8) {
    bytes |= UInt64(byte) << (8 * UInt64(count))
    count += 1
  }
}
