/// The shape of a picture's pixels, width to height.
public struct PixelAspect: Hashable, Sendable, CustomStringConvertible {
  /// The part of the width.
  public let width: Int
  /// The part of the height.
  public let height: Int

  /// Pixels as wide as high.
  public static let square = PixelAspect()

  private init() { (width, height) = (1, 1) }

  /// Makes a shape in lowest terms; `nil` for one that no picture has: beyond 16 to 1.
  public init?(width: Int, height: Int) {
    guard (1...1 << 20).contains(width), (1...1 << 20).contains(height), width <= height * 16, height <= width * 16
    else { return nil }
    var (a, b) = (width, height)
    while b != 0 { (a, b) = (b, a % b) }
    self.width = width / a
    self.height = height / a
  }

  /// The size in square pixels in which a picture of `size` is shown: none of its edges gets shorter.
  public func shown(_ size: PictureSize) -> PictureSize {
    width >= height
      ? PictureSize(width: (size.width * width + height / 2) / height, height: size.height)
      : PictureSize(width: size.width, height: (size.height * height + width / 2) / width)
  }

  /// The shape as `64:45`.
  public var description: String { "\(width):\(height)" }
}

extension PixelAspect {
  /// Makes a shape of a ratio whose terms may be larger; `nil` for one that no picture has, and what is within a
  /// hundredth of square is square: sizes are whole pixels.
  public init?(reducing width: Int, to height: Int) {
    guard width > 0, height > 0 else { return nil }
    guard abs(Double(width) / Double(height) - 1) > 0.01 else {
      self = .square
      return
    }
    var (w, h) = (width, height)
    while w > 1 << 20 || h > 1 << 20 { (w, h) = (max(1, w / 2), max(1, h / 2)) }
    self.init(width: w, height: h)
  }
}
