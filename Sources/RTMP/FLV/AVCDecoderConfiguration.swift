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
      let length: UInt16 = record.readInteger(), let sps = record.readBytes(length: Int(length)), sps.count > 4,
      let size = Self.size(inSPS: sps)
    else { return nil }
    lengthSize = Int(lengths & 3) + 1
    self.size = size
  }

  /// The picture's size in a sequence parameter set (H.264 §7.3.2.1.1).
  private static func size(inSPS sps: [UInt8]) -> PictureSize? {
    var bits = BitReader(withoutEmulationPrevention(sps.dropFirst()))
    guard let profile = bits.bits(8), bits.bits(16) != nil, bits.unsignedExpGolomb() != nil else { return nil }
    var chromaFormat: UInt32 = 1
    if [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135].contains(profile) {
      guard let format = bits.unsignedExpGolomb() else { return nil }
      chromaFormat = format
      if format == 3 { _ = bits.bit() }
      guard bits.unsignedExpGolomb() != nil, bits.unsignedExpGolomb() != nil, bits.bit() != nil,
        let hasMatrix = bits.bit()
      else { return nil }
      if hasMatrix == 1 {
        for list in 0..<(format == 3 ? 12 : 8) where bits.bit() == 1 {
          skipScalingList(in: &bits, count: list < 6 ? 16 : 64)
        }
      }
    }
    guard bits.unsignedExpGolomb() != nil, let orderType = bits.unsignedExpGolomb() else { return nil }
    if orderType == 0 {
      _ = bits.unsignedExpGolomb()
    } else if orderType == 1 {
      guard bits.bit() != nil, bits.signedExpGolomb() != nil, bits.signedExpGolomb() != nil,
        let cycle = bits.unsignedExpGolomb(), cycle < 256
      else { return nil }
      for _ in 0..<cycle { _ = bits.signedExpGolomb() }
    }
    return croppedSize(&bits, chromaFormat: chromaFormat)
  }

  private static func croppedSize(_ bits: inout BitReader, chromaFormat: UInt32) -> PictureSize? {
    guard bits.unsignedExpGolomb() != nil, bits.bit() != nil, let columns = bits.unsignedExpGolomb(), columns < 4096,
      let rows = bits.unsignedExpGolomb(), rows < 4096, let framesOnly = bits.bit()
    else { return nil }
    if framesOnly == 0 { _ = bits.bit() }
    guard bits.bit() != nil, let isCropped = bits.bit() else { return nil }
    var width = (Int(columns) + 1) * 16
    var height = (Int(rows) + 1) * 16 * (framesOnly == 1 ? 1 : 2)
    if isCropped == 1 {
      guard let left = bits.unsignedExpGolomb(), let right = bits.unsignedExpGolomb(),
        let top = bits.unsignedExpGolomb(), let bottom = bits.unsignedExpGolomb()
      else { return nil }
      let unitX = chromaFormat == 1 || chromaFormat == 2 ? 2 : 1
      let unitY = (chromaFormat == 1 ? 2 : 1) * (framesOnly == 1 ? 1 : 2)
      width -= (Int(left) + Int(right)) * unitX
      height -= (Int(top) + Int(bottom)) * unitY
    }
    guard width > 0, height > 0 else { return nil }
    return PictureSize(width: width, height: height)
  }

  private static func skipScalingList(in bits: inout BitReader, count: Int) {
    var (last, next): (Int32, Int32) = (8, 8)
    for _ in 0..<count {
      if next != 0 { next = (last &+ (bits.signedExpGolomb() ?? 0) &+ 256) % 256 }
      if next != 0 { last = next }
    }
  }

  /// The bytes without those that keep start codes from appearing (H.264 §7.4.1.1).
  private static func withoutEmulationPrevention(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var zeros = 0
    for byte in bytes {
      if zeros >= 2 && byte == 3 {
        zeros = 0
        continue
      }
      zeros = byte == 0 ? zeros + 1 : 0
      result.append(byte)
    }
    return result
  }
}
