import Media
import Testing

@Suite("H.264's sequence parameter sets")
struct SequenceParameterSetTests {
  private func bytes(_ hex: String) -> [UInt8] {
    let digits = hex.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }

  /// Writes bits as a set has them.
  private struct Bits {
    private(set) var bits: [UInt8] = []

    mutating func add(_ value: UInt32, _ count: Int) {
      bits += (0..<count).reversed().map { UInt8(value >> UInt32($0) & 1) }
    }

    mutating func code(_ value: UInt32) {
      let length = 32 - (value + 1).leadingZeroBitCount
      add(0, length - 1)
      add(value + 1, length)
    }

    var bytes: [UInt8] {
      let padded = bits + [1] + [UInt8](repeating: 0, count: (8 - (bits.count + 1) % 8) % 8)
      return stride(from: 0, to: padded.count, by: 8).map { padded[$0..<$0 + 8].reduce(0) { $0 << 1 | $1 } }
    }
  }

  /// A set of 720x576 with what the test is about.
  private func make(profile: UInt32, aspect: (UInt32, UInt32)?, progressive: Bool, depth: UInt32?) -> [UInt8] {
    var bits = Bits()
    bits.add(profile, 8)
    bits.add(0, 8)
    bits.add(30, 8)
    for _ in 0..<4 { bits.code(0) }  // Number, frame numbers' length, order type 0 and its length.
    bits.code(4)
    bits.add(0, 1)
    bits.code(44)
    bits.code(progressive ? 35 : 17)
    bits.add(progressive ? 1 : 0, 1)
    if !progressive { bits.add(0, 1) }
    bits.add(1, 1)
    bits.add(0, 1)
    bits.add(1, 1)
    bits.add(aspect == nil ? 0 : 1, 1)
    if let aspect {
      bits.add(255, 8)
      bits.add(aspect.0, 16)
      bits.add(aspect.1, 16)
    }
    bits.add(0, 6)  // Overscan, signal, chroma's place, timing, two buffer models.
    bits.add(0, 1)
    bits.add(depth == nil ? 0 : 1, 1)
    if let depth {
      bits.add(1, 1)
      for value in [2, 1, 10, 10, depth, depth + 1] as [UInt32] { bits.code(value) }
    }
    return [0x67] + bits.bytes
  }

  @Test(
    "size, pixels, fields and order are read",
    arguments: [
      (77, nil, true, nil, nil), (77, (64, 45), true, 2, 2), (66, nil, true, nil, 0), (77, nil, false, 0, 0),
      (77, (0, 0), true, 1, 1),
    ] as [(UInt32, (UInt32, UInt32)?, Bool, UInt32?, Int?)])
  func fields(profile: UInt32, aspect: (UInt32, UInt32)?, progressive: Bool, depth: UInt32?, order: Int?) throws {
    let bytes = make(profile: profile, aspect: aspect, progressive: progressive, depth: depth)
    let read = try #require(SequenceParameterSet(bytes))
    #expect(read.size == PictureSize(width: 720, height: 576))
    #expect(read.pixelAspect == aspect.flatMap { PixelAspect(width: Int($0.0), height: Int($0.1)) } ?? .square)
    #expect(read.isProgressive == progressive && read.reorderDepth == order)
    for length in 0..<bytes.count { _ = SequenceParameterSet(bytes.prefix(length)) }
  }

  @Test("libx264's set of 854x480, High, is read with its cropping and its order")
  func real() throws {
    let read = try #require(SequenceParameterSet(bytes("6764001facd940d83de6f0110000030001000003003c0f183196")))
    #expect(read.size == PictureSize(width: 854, height: 480) && read.isProgressive)
    #expect(read.reorderDepth == 2 && read.pixelAspect == .square)
  }

  @Test("random bytes are some set or none, and no trap")
  func garbage() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<20_000 {
      let bytes =
        [0x67] + (0..<Int.random(in: 0...40, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      if let set = SequenceParameterSet(bytes) { #expect(set.size.pixels > 0) }
    }
    #expect(SequenceParameterSet([0x68, 1, 2, 3, 4, 5]) == nil)
  }

  @Test("a shape of pixels widens or heightens a picture, and never shrinks it")
  func shapes() throws {
    let wide = try #require(PixelAspect(width: 64, height: 45))
    #expect(wide.shown(PictureSize(width: 360, height: 288)) == PictureSize(width: 512, height: 288))
    let tall = try #require(PixelAspect(width: 1, height: 2))
    #expect(tall.shown(PictureSize(width: 360, height: 288)) == PictureSize(width: 360, height: 576))
    for (width, height) in [(0, 1), (1, 0), (-1, 1), (17, 1), (1, 17), (Int.max, 1), (1, Int.min)] {
      #expect(PixelAspect(width: width, height: height) == nil)
    }
    #expect(PixelAspect(reducing: 640 * 359, to: 638 * 360) == .square)
  }
}
