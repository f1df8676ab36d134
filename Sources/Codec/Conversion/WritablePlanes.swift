/// The memory of an I420 picture's planes; valid while the picture is.
@unsafe struct WritablePlanes {
  var luma: (start: UnsafeMutablePointer<UInt8>, bytesPerLine: Int)
  var blue: (start: UnsafeMutablePointer<UInt8>, bytesPerLine: Int)
  var red: (start: UnsafeMutablePointer<UInt8>, bytesPerLine: Int)

  /// The planes from luma row `row`, an even one, on.
  func down(_ row: Int) -> WritablePlanes {
    unsafe WritablePlanes(
      luma: (luma.start + row * luma.bytesPerLine, luma.bytesPerLine),
      blue: (blue.start + row / 2 * blue.bytesPerLine, blue.bytesPerLine),
      red: (red.start + row / 2 * red.bytesPerLine, red.bytesPerLine))
  }
}
