/// What a stream's parts have to know of an H.264 sequence parameter set (H.264 §7.3.2.1.1, §E.1.1).
public struct SequenceParameterSet: Equatable, Sendable {
  /// The picture's size after cropping, in its own pixels.
  public private(set) var size = PictureSize(width: 0, height: 0)
  /// The shape of a pixel, width to height; 1 to 1 where it is not told.
  public private(set) var pixelAspect = PixelAspect.square
  /// Whether every picture is a whole frame; else fields may come.
  public private(set) var isProgressive = true
  /// Pictures that at most are decoded before one that is shown earlier; `nil` where it is not told.
  public private(set) var reorderDepth: Int?

  /// Reads a NAL unit without its start code; `nil` where it is no such set.
  public init?(_ unit: some Collection<UInt8>) {
    guard unit.count > 4, unit.count <= 1 << 12, let first = unit.first, first & 0x1f == 7 else { return nil }
    var bits = BitReader(Self.withoutEmulationPrevention(unit.dropFirst()))
    guard read(&bits) != nil else { return nil }
    // What follows the geometry only adds to it; one that is cut off in there has said enough.
    _ = readUsability(&bits)
  }

  private mutating func read(_ bits: inout BitReader) -> Void? {
    guard let profile = bits.bits(8), let constraints = bits.bits(8), bits.bits(8) != nil,
      bits.unsignedExpGolomb() != nil
    else { return nil }
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
          Self.skipScalingList(in: &bits, count: list < 6 ? 16 : 64)
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
    // Baseline has no B slices; order type 2 is that of decoding; constraint 3 of a high profile is intra only.
    let isIntra = [44, 100, 110, 122, 244].contains(profile) && constraints & 0x10 != 0
    if profile == 66 || orderType == 2 || isIntra { reorderDepth = 0 }
    return readGeometry(&bits, chromaFormat)
  }

  private mutating func readGeometry(_ bits: inout BitReader, _ chromaFormat: UInt32) -> Void? {
    guard bits.unsignedExpGolomb() != nil, bits.bit() != nil, let columns = bits.unsignedExpGolomb(), columns < 4096,
      let rows = bits.unsignedExpGolomb(), rows < 4096, let framesOnly = bits.flag()
    else { return nil }
    isProgressive = framesOnly
    if !framesOnly { _ = bits.bit() }
    guard bits.bit() != nil, let isCropped = bits.flag() else { return nil }
    var width = (Int(columns) + 1) * 16
    var height = (Int(rows) + 1) * 16 * (framesOnly ? 1 : 2)
    if isCropped {
      guard let left = bits.unsignedExpGolomb(), let right = bits.unsignedExpGolomb(),
        let top = bits.unsignedExpGolomb(), let bottom = bits.unsignedExpGolomb()
      else { return nil }
      let unitX = chromaFormat == 1 || chromaFormat == 2 ? 2 : 1
      let unitY = (chromaFormat == 1 ? 2 : 1) * (framesOnly ? 1 : 2)
      width -= (Int(left) + Int(right)) * unitX
      height -= (Int(top) + Int(bottom)) * unitY
    }
    guard width > 0, height > 0 else { return nil }
    size = PictureSize(width: width, height: height)
    return ()
  }

  /// The video usability information (H.264 §E.1.1).
  private mutating func readUsability(_ bits: inout BitReader) -> Void? {
    guard bits.flag() == true, let hasAspect = bits.flag() else { return nil }
    if hasAspect {
      guard let index = bits.bits(8) else { return nil }
      if index == 255 {
        guard let width = bits.bits(16), let height = bits.bits(16) else { return nil }
        pixelAspect = PixelAspect(width: Int(width), height: Int(height)) ?? .square
      } else if Self.aspects.indices.contains(Int(index)) {
        pixelAspect = Self.aspects[Int(index)]
      }
    }
    guard let hasOverscan = bits.flag() else { return nil }
    if hasOverscan, bits.bit() == nil { return nil }
    guard let hasSignal = bits.flag() else { return nil }
    if hasSignal {
      guard bits.bits(4) != nil, let hasColor = bits.flag() else { return nil }
      if hasColor, bits.bits(24) == nil { return nil }
    }
    guard let hasChroma = bits.flag() else { return nil }
    if hasChroma, bits.unsignedExpGolomb() == nil || bits.unsignedExpGolomb() == nil { return nil }
    guard let hasTiming = bits.flag() else { return nil }
    if hasTiming, bits.bits(32) == nil || bits.bits(32) == nil || bits.bit() == nil { return nil }
    var hasBuffer = false
    for _ in 0..<2 {
      guard let isThere = bits.flag() else { return nil }
      guard isThere else { continue }
      hasBuffer = true
      guard Self.skipBufferModel(&bits) != nil else { return nil }
    }
    if hasBuffer, bits.bit() == nil { return nil }
    guard bits.bit() != nil, bits.flag() == true, bits.bit() != nil, bits.unsignedExpGolomb() != nil,
      bits.unsignedExpGolomb() != nil, bits.unsignedExpGolomb() != nil, bits.unsignedExpGolomb() != nil,
      let depth = bits.unsignedExpGolomb(), depth <= 16
    else { return nil }
    reorderDepth = reorderDepth ?? Int(depth)
    return ()
  }

  /// The hypothetical reference decoder's parameters (H.264 §E.1.2).
  private static func skipBufferModel(_ bits: inout BitReader) -> Void? {
    guard let count = bits.unsignedExpGolomb(), count < 32, bits.bits(8) != nil else { return nil }
    for _ in 0...count {
      guard bits.unsignedExpGolomb() != nil, bits.unsignedExpGolomb() != nil, bits.bit() != nil else { return nil }
    }
    return bits.bits(20).map { _ in () }
  }

  private static func skipScalingList(in bits: inout BitReader, count: Int) {
    var (last, next): (Int32, Int32) = (8, 8)
    for _ in 0..<count {
      if next != 0 { next = (last &+ (bits.signedExpGolomb() ?? 0) &+ 256) % 256 }
      if next != 0 { last = next }
    }
  }

  /// The bytes without those that keep start codes from appearing (H.264 §7.4.1.1).
  private static func withoutEmulationPrevention(_ bytes: some Collection<UInt8>) -> [UInt8] {
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

  /// Table E-1.
  private static let aspects = [
    (1, 1), (1, 1), (12, 11), (10, 11), (16, 11), (40, 33), (24, 11), (20, 11), (32, 11), (80, 33), (18, 11), (15, 11),
    (64, 33), (160, 99), (4, 3), (3, 2), (2, 1),
  ].map { PixelAspect(width: $0.0, height: $0.1) ?? .square }
}
