public import Media

/// The picture of the `none` source: black, I420 in BT.709 limited range.
public struct BlackPicture: ~Copyable {
  /// What ``withFrame(_:)`` lends.
  public let format: VideoFormat
  private let picture: I420Picture

  /// Makes a picture.
  /// - Parameter size: width and height are rounded up to even numbers, at least 2 by 2.
  public init(size: PictureSize, frameRate: FrameRate) {
    let even = PictureSize(width: max(2, (size.width + 1) & ~1), height: max(2, (size.height + 1) & ~1))
    format = VideoFormat(pixelFormat: .i420, size: even, matrix: .bt709, range: .limited, frameRate: frameRate)
    picture = I420Picture(even)
  }

  /// Lends the picture's bytes, `format.frameBytes` of them, to `body`.
  public func withFrame<Result>(_ body: (RawSpan, VideoFormat) throws -> Result) rethrows -> Result {
    try body(unsafe picture.bytes.span.bytes, format)
  }
}
