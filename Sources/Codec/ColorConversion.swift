internal import Media

/// Turns samples of another matrix or of full range into BT.709 limited ones, in place, in 4:2:0 planes.
///
/// libswscale does this through RGB, at several times the cost. Both matrices share their gray axis, so the step is
/// a 2x2 matrix on the color difference samples and, for each of them, one offset for the luma samples it covers.
struct ColorConversion {
  /// Fixed-point factors with 14 fraction bits.
  fileprivate struct Factors {
    let lumaFromBlue, lumaFromRed, blueFromBlue, blueFromRed, redFromBlue, redFromRed: Int32
  }

  private let factors: Factors
  /// Shrinks full-range luma, with 14 fraction bits; `nil` where luma only shifts.
  private let lumaScale: Int32?
  /// The luma offsets of one row of chroma samples.
  private var offsets: [Int16]

  /// Makes a conversion to BT.709 limited range; `nil` where the samples already are.
  init?(from color: SampleColor, width: Int) {
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
    func fixed(_ value: Double) -> Int32 { Int32((value * 16_384).rounded()) }
    let (ofBlue, ofRed) = (target(fromBlue), target(fromRed))
    // In limited range luma has 219 steps and the differences have 224, in full range both have 255.
    let isFull = color.range == .full
    let luma = 219.0 / (isFull ? 255 : 224)
    let chroma = isFull ? 224.0 / 255 : 1
    lumaScale = isFull ? fixed(219.0 / 255) : nil
    factors = Factors(
      lumaFromBlue: fixed(ofBlue.y * luma), lumaFromRed: fixed(ofRed.y * luma),
      blueFromBlue: fixed(ofBlue.cb * chroma), blueFromRed: fixed(ofRed.cb * chroma),
      redFromBlue: fixed(ofBlue.cr * chroma), redFromRed: fixed(ofRed.cr * chroma))
    offsets = [Int16](repeating: 0, count: (width + 1) / 2)
  }

  /// Converts `size` samples of the planes, from their start.
  mutating func apply(to planes: WritablePlanes, size: PictureSize) {
    let (columns, rows) = (size.width, size.height)
    guard offsets.count >= (columns + 1) / 2 else { return }
    let (luma, blue, red) = unsafe (planes.luma, planes.blue, planes.red)
    let factors = factors
    unsafe offsets.withUnsafeMutableBufferPointer { offsets in
      for row in 0..<(rows + 1) / 2 {
        let blueRow = unsafe blue.start + row * blue.bytesPerLine
        let redRow = unsafe red.start + row * red.bytesPerLine
        unsafe factors.convert(blueRow, redRow, into: offsets, count: (columns + 1) / 2)
        for line in row * 2..<min(row * 2 + 2, rows) {
          let samples = unsafe luma.start + line * luma.bytesPerLine
          if let lumaScale { unsafe Self.shrink(samples, by: lumaScale, count: columns) }
          unsafe Self.shift(samples, by: offsets, count: columns)
        }
      }
    }
  }

}

extension ColorConversion.Factors {
  /// Converts a row of color differences and leaves the offsets of the luma samples that each covers.
  fileprivate func convert(
    _ blue: UnsafeMutablePointer<UInt8>, _ red: UnsafeMutablePointer<UInt8>,
    into offsets: UnsafeMutableBufferPointer<Int16>, count: Int
  ) {
    for index in 0..<count {
      let cb = unsafe Int32(blue[index]) &- 128
      let cr = unsafe Int32(red[index]) &- 128
      let newBlue = (cb &* blueFromBlue &+ cr &* blueFromRed &+ 8192) &>> 14
      let newRed = (cb &* redFromBlue &+ cr &* redFromRed &+ 8192) &>> 14
      unsafe blue[index] = UInt8(truncatingIfNeeded: max(1, min(254, newBlue &+ 128)))
      unsafe red[index] = UInt8(truncatingIfNeeded: max(1, min(254, newRed &+ 128)))
      unsafe offsets[index] = Int16(truncatingIfNeeded: (cb &* lumaFromBlue &+ cr &* lumaFromRed &+ 8192) &>> 14)
    }
  }

}

extension ColorConversion {
  /// Brings full-range luma to 16…235.
  fileprivate static func shrink(_ luma: UnsafeMutablePointer<UInt8>, by scale: Int32, count: Int) {
    for index in 0..<count {
      let value = unsafe (Int32(luma[index]) &* scale &+ 8192) &>> 14
      unsafe luma[index] = UInt8(truncatingIfNeeded: value &+ 16)
    }
  }

  fileprivate static func shift(
    _ luma: UnsafeMutablePointer<UInt8>, by offsets: UnsafeMutableBufferPointer<Int16>, count: Int
  ) {
    for pair in 0..<count / 2 {
      let offset = unsafe offsets[pair]
      let left = unsafe Int16(luma[2 &* pair]) &+ offset
      let right = unsafe Int16(luma[2 &* pair &+ 1]) &+ offset
      unsafe luma[2 &* pair] = UInt8(truncatingIfNeeded: max(1, min(254, left)))
      unsafe luma[2 &* pair &+ 1] = UInt8(truncatingIfNeeded: max(1, min(254, right)))
    }
    if !count.isMultiple(of: 2) {
      let last = unsafe Int16(luma[count - 1]) &+ offsets[count / 2]
      unsafe luma[count - 1] = UInt8(truncatingIfNeeded: max(1, min(254, last)))
    }
  }
}
