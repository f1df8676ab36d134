/// Width and height of a picture, in pixels.
public struct PictureSize: Hashable, Sendable, Codable, CustomStringConvertible {
  /// Pixels in a row.
  public let width: Int
  /// Rows.
  public let height: Int

  /// Makes a size.
  public init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }

  /// Reads `1280x720`.
  public init?(parsing text: some StringProtocol) {
    let parts = text.split(separator: "x", omittingEmptySubsequences: false)
    guard parts.count == 2, let width = Int(parts[0]), let height = Int(parts[1]), width > 0, height > 0 else {
      return nil
    }
    self.init(width: width, height: height)
  }

  /// Pixels in the picture.
  public var pixels: Int { width * height }

  /// The largest part of `self`, centred and with even edges, that shows a picture of size `inner` undistorted.
  public func letterbox(for inner: PictureSize) -> (x: Int, y: Int, size: PictureSize) {
    guard inner.width > 0, inner.height > 0 else { return (0, 0, self) }
    let byWidth = width * inner.height <= height * inner.width
    let fittedWidth = byWidth ? width : (height * inner.width + inner.height / 2) / inner.height
    let fittedHeight = byWidth ? (width * inner.height + inner.width / 2) / inner.width : height
    let evenWidth = max(2, min(width, (fittedWidth + 1) & ~1))
    let evenHeight = max(2, min(height, (fittedHeight + 1) & ~1))
    return (
      ((width - evenWidth) / 2) & ~1, ((height - evenHeight) / 2) & ~1, .init(width: evenWidth, height: evenHeight)
    )
  }

  /// The largest size of the same shape within `limit`, in whole pixels, at least one each way.
  public func fitted(in limit: PictureSize) -> PictureSize {
    guard width > 0, height > 0 else { return limit }
    return width * limit.height <= height * limit.width
      ? PictureSize(width: max(1, width * limit.height / height), height: max(1, limit.height))
      : PictureSize(width: max(1, limit.width), height: max(1, height * limit.width / width))
  }

  /// The size as `1280x720`.
  public var description: String { "\(width)x\(height)" }
}
