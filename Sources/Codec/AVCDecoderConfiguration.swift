internal import NIOCore

/// The AVCDecoderConfigurationRecord, "avcC" (ISO/IEC 14496-15 §5.3.3.1.2): parameter sets in the form that FLV, MP4
/// and Matroska carry.
struct AVCDecoderConfiguration: Equatable {
  /// SPS NAL units, without start codes.
  var sequenceParameterSets: [[UInt8]]
  /// PPS NAL units, without start codes.
  var pictureParameterSets: [[UInt8]]

  /// Collects the parameter sets of an Annex B byte stream; `nil` unless there is one SPS and one PPS at least.
  init?(annexB bytes: Span<UInt8>) {
    var sequence: [[UInt8]] = []
    var picture: [[UInt8]] = []
    NALUnit.forEach(in: bytes) { unit in
      guard unit.type == NALUnit.sequenceParameterSet || unit.type == NALUnit.pictureParameterSet else { return }
      // One more than a record holds is enough to know that they are too many.
      guard sequence.count <= 31, picture.count <= 255, unit.range.count <= Int(UInt16.max) else { return }
      let copy = unit.range.map { bytes[$0] }
      if unit.type == NALUnit.sequenceParameterSet && !sequence.contains(copy) { sequence.append(copy) }
      if unit.type == NALUnit.pictureParameterSet && !picture.contains(copy) { picture.append(copy) }
    }
    self.init(sequenceParameterSets: sequence, pictureParameterSets: picture)
  }

  /// Makes a configuration; `nil` unless the record can hold the sets.
  init?(sequenceParameterSets sequence: [[UInt8]], pictureParameterSets picture: [[UInt8]]) {
    guard (1...31).contains(sequence.count), (1...255).contains(picture.count), sequence.allSatisfy({ $0.count >= 4 }),
      (sequence + picture).allSatisfy({ !$0.isEmpty && $0.count <= Int(UInt16.max) })
    else { return nil }
    sequenceParameterSets = sequence
    pictureParameterSets = picture
  }

  /// Reads a record with 4-byte lengths; `nil` where the bytes are no such record.
  init?(parsing record: ByteBuffer) {
    var bytes = record
    guard bytes.readInteger(as: UInt8.self) == 1, bytes.readBytes(length: 3) != nil,
      let lengthSize = bytes.readInteger(as: UInt8.self), lengthSize & 3 == 3,
      let sequenceCount = bytes.readInteger(as: UInt8.self),
      let sequence = Self.readSets(Int(sequenceCount & 0x1F), from: &bytes),
      let pictureCount = bytes.readInteger(as: UInt8.self),
      let picture = Self.readSets(Int(pictureCount), from: &bytes)
    else { return nil }
    self.init(sequenceParameterSets: sequence, pictureParameterSets: picture)
  }

  private static func readSets(_ count: Int, from bytes: inout ByteBuffer) -> [[UInt8]]? {
    var sets: [[UInt8]] = []
    for _ in 0..<count {
      guard let length = bytes.readInteger(as: UInt16.self), let set = bytes.readBytes(length: Int(length)) else {
        return nil
      }
      sets.append(set)
    }
    return sets
  }

  /// `profile_idc` of the first SPS.
  var profile: UInt8 { sequenceParameterSets[0][1] }
  /// `level_idc` of the first SPS.
  var level: UInt8 { sequenceParameterSets[0][3] }

  /// The record's bytes.
  var record: ByteBuffer {
    var bytes = ByteBuffer()
    let profile = sequenceParameterSets[0][1...3]
    bytes.writeInteger(UInt8(1))
    bytes.writeBytes(profile)
    bytes.writeInteger(UInt8(0xFC | 3))
    bytes.writeInteger(UInt8(0xE0 | UInt8(sequenceParameterSets.count)))
    Self.write(sequenceParameterSets, to: &bytes)
    bytes.writeInteger(UInt8(pictureParameterSets.count))
    Self.write(pictureParameterSets, to: &bytes)
    if [100, 110, 122, 144].contains(self.profile) {
      // High profiles append chroma format and bit depths; all that is made here is 8-bit 4:2:0, without SPS extensions.
      bytes.writeBytes([0xFC | 1, 0xF8, 0xF8, 0])
    }
    return bytes
  }

  private static func write(_ sets: [[UInt8]], to bytes: inout ByteBuffer) {
    for set in sets {
      bytes.writeInteger(UInt16(set.count))
      bytes.writeBytes(set)
    }
  }

  /// Whether the NAL unit at `range` is one of the record's parameter sets, byte for byte.
  func holds(_ unit: NALUnit, of bytes: Span<UInt8>) -> Bool {
    let sets = unit.type == NALUnit.sequenceParameterSet ? sequenceParameterSets : pictureParameterSets
    return sets.contains { set in
      set.count == unit.range.count && set.indices.allSatisfy { set[$0] == bytes[unit.range.lowerBound + $0] }
    }
  }
}
