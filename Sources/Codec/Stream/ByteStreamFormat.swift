internal import NIOCore

/// Turns access units with lengths into H.264's byte stream format, as MPEG-TS carries it (H.264 Annex B).
struct ByteStreamFormat {
  private static let startCode: UInt32 = 1
  /// In front of each access unit: `primary_pic_type` 7, which is any (H.264 §7.3.2.4).
  private static let delimiter: [UInt8] = [0, 0, 0, 1, NALUnit.accessUnitDelimiter, 0xF0]

  private let parameterSets: ByteBuffer

  /// Makes it for the stream whose parameter sets these are.
  init(_ configuration: AVCDecoderConfiguration) {
    var bytes = ByteBuffer()
    for set in configuration.sequenceParameterSets + configuration.pictureParameterSets {
      bytes.writeInteger(Self.startCode)
      bytes.writeBytes(set)
    }
    parameterSets = bytes
  }

  /// Appends an access unit.
  ///
  /// A decoder can begin at a keyframe: its parameter sets stand in front of all else, also of
  /// the SEI that refers to them (H.264 §7.4.1.2.3). A length that goes over the end ends the unit there.
  func append(_ payload: ByteBuffer, isKeyframe: Bool, to bytes: inout ByteBuffer) {
    bytes.writeBytes(Self.delimiter)
    if isKeyframe { bytes.writeImmutableBuffer(parameterSets) }
    var rest = payload
    while let length = rest.readInteger(as: UInt32.self), let unit = rest.readSlice(length: Int(length)) {
      bytes.writeInteger(Self.startCode)
      bytes.writeImmutableBuffer(unit)
    }
  }
}
