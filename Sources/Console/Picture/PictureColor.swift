/// Colours of pictures.
enum PictureColor {
  /// Six bits of each channel: more cannot be seen in cells, and equal neighbours cost no bytes.
  static func coarse(_ red: Int, _ green: Int, _ blue: Int) -> CellColor {
    .rgb(red: coarse(red), green: coarse(green), blue: coarse(blue))
  }

  private static func coarse(_ value: Int) -> UInt8 { UInt8(truncatingIfNeeded: value & 0xFC | value >> 6) }
}
