/// One NAL unit inside an Annex B byte stream (H.264 §7.3.1, Annex B).
struct NALUnit: Equatable {
  /// Where its bytes lie, without start code and trailing zeros.
  let range: Range<Int>
  /// `nal_unit_type`.
  let type: UInt8

  static let idrSlice: UInt8 = 5
  static let sequenceParameterSet: UInt8 = 7
  static let pictureParameterSet: UInt8 = 8
  static let accessUnitDelimiter: UInt8 = 9

  /// Calls `body` with each NAL unit of an Annex B byte stream; whatever the bytes are, it ends and stays inside them.
  static func forEach(in bytes: Span<UInt8>, _ body: (NALUnit) -> Void) {
    var start = startCode(in: bytes, from: 0)?.upperBound ?? bytes.count
    while start < bytes.count {
      let next = startCode(in: bytes, from: start)
      var end = next?.lowerBound ?? bytes.count
      while end > start && bytes[end - 1] == 0 { end -= 1 }
      if end > start { body(NALUnit(range: start..<end, type: bytes[start] & 0x1F)) }
      start = next?.upperBound ?? bytes.count
    }
  }

  /// The next `00 00 01` at or after `position`.
  private static func startCode(in bytes: Span<UInt8>, from position: Int) -> Range<Int>? {
    var index = position + 2
    while index < bytes.count {
      // The third byte decides how far one may jump: over 1 no start code can end here or at the next two bytes.
      let third = bytes[index]
      if third > 1 {
        index += 3
      } else if third == 0 {
        index += 1
      } else if bytes[index - 1] == 0 && bytes[index - 2] == 0 {
        return index - 2..<index + 1
      } else {
        index += 3
      }
    }
    return nil
  }
}
