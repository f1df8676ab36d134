internal import Media
internal import NIOCore

/// What the ingest side has to know of an AVCDecoderConfigurationRecord (ISO/IEC 14496-15 §5.3.3.1).
struct AVCDecoderConfiguration: Equatable, Sendable {
  /// Bytes in front of each NAL unit.
  var lengthSize: Int
  /// The picture's size after cropping.
  var size: PictureSize

  /// Reads a record; `nil` where it is not one or its SPS cannot be read.
  init?(_ record: ByteBuffer) {
    var record = record
    guard record.readInteger(as: UInt8.self) == 1, record.readSlice(length: 3) != nil,
      let lengths: UInt8 = record.readInteger(), let count: UInt8 = record.readInteger(), count & 0x1f > 0,
      let length: UInt16 = record.readInteger(), let unit = record.readBytes(length: Int(length)),
      let set = SequenceParameterSet(unit)
    else { return nil }
    lengthSize = Int(lengths & 3) + 1
    size = set.size
  }
}
