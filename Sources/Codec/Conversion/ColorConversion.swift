internal import Media

/// Turns samples of another matrix or of full range into BT.709 limited ones, in 4:2:0 planes.
///
/// libswscale does this through RGB, at several times the cost. Both matrices share their gray axis, so the step is
/// a 2x2 matrix on the color difference samples and, for each of them, one offset for the luma samples it covers.
struct ColorConversion {
  /// A factor between -2 and 2 with 14 fraction bits, in two parts, so that products stay within 16 bits.
  ///
  /// Half the width is twice the samples in a vector, and every processor multiplies 16 by 16 bits.
  private struct Factor {
    /// The part with 7 fraction bits.
    let high: Int16
    /// The 7 bits below it.
    let low: Int16

    init(_ value: Double) {
      let fixed = Int16((value * 16_384).rounded())
      high = fixed >> 7
      low = fixed & 127
    }

    /// The product with a sample within -128…127, with 7 fraction bits.
    @inline(__always)
    func times(_ sample: Int16) -> Int16 { (sample &* high) &+ ((sample &* low) &>> 7) }
  }

  private struct Factors {
    let lumaFromBlue, lumaFromRed, blueFromBlue, blueFromRed, redFromBlue, redFromRed: Factor
  }

  private let factors: Factors
  /// Full-range luma shrinks by 219/255: times 219.875/256, which is 220/256 less an eighth of a step.
  private let isFull: Bool
  /// What is added to luma in 1/64 steps: black's new place, and half a step for rounding.
  private let lumaBase: Int16

  /// Makes a conversion to BT.709 limited range; `nil` where the samples already are.
  init?(from color: SampleColor) {
    guard color != SampleColor(matrix: .bt709, range: .limited) else { return nil }
    // Kr and Kb: BT.601 §2.5.1, BT.2020 table 4, BT.709 §3.2.
    let (red, blue): (Double, Double)
    switch color.matrix {
    case .bt709: (red, blue) = (0.2126, 0.0722)
    case .bt601: (red, blue) = (0.299, 0.114)
    case .bt2020: (red, blue) = (0.2627, 0.0593)
    }
    let (targetRed, targetBlue) = (0.2126, 0.0722)
    let green = 1 - red - blue
    let targetGreen = 1 - targetRed - targetBlue
    // One unit of Cb or Cr as R, G, B above gray …
    let fromBlue = (r: 0.0, g: -2 * blue * (1 - blue) / green, b: 2 * (1 - blue))
    let fromRed = (r: 2 * (1 - red), g: -2 * red * (1 - red) / green, b: 0.0)
    // … and those as Y, Cb, Cr of BT.709.
    func target(_ c: (r: Double, g: Double, b: Double)) -> (y: Double, cb: Double, cr: Double) {
      let y = targetRed * c.r + targetGreen * c.g + targetBlue * c.b
      return (y, (c.b - y) / (2 * (1 - targetBlue)), (c.r - y) / (2 * (1 - targetRed)))
    }
    let (ofBlue, ofRed) = (target(fromBlue), target(fromRed))
    // In limited range luma has 219 steps and the differences have 224, in full range both have 255.
    let isFull = color.range == .full
    let luma = 219.0 / (isFull ? 255 : 224)
    let chroma = isFull ? 224.0 / 255 : 1
    self.isFull = isFull
    lumaBase = (isFull ? 16 * 64 : 0) + 32
    factors = Factors(
      lumaFromBlue: Factor(ofBlue.y * luma), lumaFromRed: Factor(ofRed.y * luma),
      blueFromBlue: Factor(ofBlue.cb * chroma), blueFromRed: Factor(ofRed.cb * chroma),
      redFromBlue: Factor(ofBlue.cr * chroma), redFromRed: Factor(ofRed.cr * chroma))
  }

  /// Converts the chroma row in `rows` into two rows of samples and the offsets of the luma that it covers.
  func convertChroma(
    _ rows: borrowing RowBuffers, _ blueOut: UnsafeMutablePointer<UInt8>, _ redOut: UnsafeMutablePointer<UInt8>,
    count: Int
  ) {
    let factors = factors
    let (blue, red, offsets) = unsafe (rows.blue, rows.red, rows.offsets)
    for index in 0..<count {
      let (cb, cr) = unsafe (blue[index], red[index])
      let newBlue = ((factors.blueFromBlue.times(cb) &+ factors.blueFromRed.times(cr) &+ 64) &>> 7) &+ 128
      let newRed = ((factors.redFromBlue.times(cb) &+ factors.redFromRed.times(cr) &+ 64) &>> 7) &+ 128
      unsafe blueOut[index] = UInt8(truncatingIfNeeded: max(1, min(254, newBlue)))
      unsafe redOut[index] = UInt8(truncatingIfNeeded: max(1, min(254, newRed)))
      let shift = (factors.lumaFromBlue.times(cb) &+ factors.lumaFromRed.times(cr)) &>> 1
      unsafe offsets[2 &* index] = shift
      unsafe offsets[2 &* index &+ 1] = shift
    }
  }

  /// Converts a row of luma; `luma` and `out` may be the same.
  func convertLuma(
    _ luma: UnsafePointer<UInt8>, _ offsets: UnsafePointer<Int16>, into out: UnsafeMutablePointer<UInt8>, count: Int
  ) {
    let (scale, trim, base): (UInt16, UInt16, Int16) = isFull ? (220, .max, lumaBase) : (256, 0, lumaBase)
    for index in 0..<count {
      let sample = unsafe UInt16(luma[index])
      let scaled = Int16(truncatingIfNeeded: (sample &* scale &- ((sample &>> 3) & trim)) &>> 2)
      let value = unsafe max(64, min(254 * 64 + 63, scaled &+ offsets[index] &+ base))
      unsafe out[index] = UInt8(truncatingIfNeeded: value &>> 6)
    }
  }

  /// Converts `size` samples of the planes in place, from their start; for pictures that were scaled.
  func apply(to planes: WritablePlanes, size: PictureSize, _ rows: borrowing RowBuffers) {
    for row in 0..<size.height / 2 {
      let target = unsafe planes.down(row * 2)
      unsafe rows.average(target.blue.start, target.blue.start, into: rows.blue, size.width / 2)
      unsafe rows.average(target.red.start, target.red.start, into: rows.red, size.width / 2)
      unsafe convertChroma(rows, target.blue.start, target.red.start, count: size.width / 2)
      for line in 0..<2 {
        let luma = unsafe target.luma.start + line * target.luma.bytesPerLine
        unsafe convertLuma(luma, rows.offsets, into: luma, count: size.width)
      }
    }
  }
}
