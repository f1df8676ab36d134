internal import Codec
internal import Media

/// The picture that goes out instead of the source's: a dark card with two bars, the sign for a pause.
enum Slate {
  /// BT.709 limited: a dark blue, and a light gray for the sign.
  private static let ground: (UInt8, UInt8, UInt8) = (34, 142, 121)
  private static let bar: UInt8 = 196

  static func picture(_ size: PictureSize) throws(CodecError) -> Picture {
    var picture = try Picture(size: size)
    let height = size.height / 3
    let width = max(2, height / 4) & ~1
    let top = (size.height - height) / 2
    let left = size.width / 2 - width * 3 / 2
    do {
      for (plane, value) in [(0, ground.0), (1, ground.1), (2, ground.2)] {
        try picture.withMutablePlane(plane) { bytes, line in
          for index in 0..<bytes.byteCount { bytes.storeBytes(of: value, toByteOffset: index, as: UInt8.self) }
          guard plane == 0 else { return }
          for row in top..<top + height {
            for column in 0..<width {
              for start in [left, left + 2 * width] {
                bytes.storeBytes(of: bar, toByteOffset: row * line + start + column, as: UInt8.self)
              }
            }
          }
        }
      }
    } catch let error as CodecError { throw error } catch { throw .outOfMemory(what: "the slate") }
    return picture
  }
}
