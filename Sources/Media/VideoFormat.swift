/// How a raw or camera-compressed picture lies in memory.
public enum PixelFormat: String, Hashable, Sendable, Codable, CaseIterable {
  /// Packed 4:2:2, Y0 U Y1 V.
  case yuyv
  /// Packed 4:2:2, U Y0 V Y1.
  case uyvy
  /// 4:2:0, a plane of Y, a plane of interleaved U V.
  case nv12
  /// 4:2:0, planes Y, U, V; also called YU12, yuv420p.
  case i420
  /// Packed 8-bit R G B.
  case rgb24
  /// Packed 8-bit B G R.
  case bgr24
  /// One JPEG image per frame.
  case mjpeg
  /// H.264 access units, Annex B byte stream.
  case h264

  /// Whether a decoder is needed before the pixels can be looked at.
  public var isCompressed: Bool { self == .mjpeg || self == .h264 }
}

/// The matrix that turns RGB into YCbCr.
public enum ColorMatrix: String, Hashable, Sendable, Codable { case bt601, bt709, bt2020 }

/// The numbers that stand for black and white.
public enum ColorRange: String, Hashable, Sendable, Codable {
  /// 16…235, "studio", "TV".
  case limited
  /// 0…255, "PC", JPEG.
  case full
}

/// What a frame's bytes mean: layout, geometry and colour.
public struct VideoFormat: Hashable, Sendable {
  /// The layout of the pixels.
  public var pixelFormat: PixelFormat
  /// The picture's geometry.
  public var size: PictureSize
  /// Bytes from one row of the first plane to the next; chroma planes follow from it as V4L2 lays them out
  /// (I420: half of it, NV12: the same).
  ///
  /// Zero for compressed formats.
  public var bytesPerLine: Int
  /// The matrix of the YCbCr samples.
  public var matrix: ColorMatrix
  /// The range of the samples.
  public var range: ColorRange
  /// Frames per second that the source was asked for.
  public var frameRate: FrameRate

  /// Makes a format; `bytesPerLine` nil means rows without padding.
  public init(
    pixelFormat: PixelFormat, size: PictureSize, bytesPerLine: Int? = nil, matrix: ColorMatrix = .bt709,
    range: ColorRange = .limited, frameRate: FrameRate
  ) {
    self.pixelFormat = pixelFormat
    self.size = size
    self.bytesPerLine = bytesPerLine ?? pixelFormat.tightBytesPerLine(width: size.width)
    self.matrix = matrix
    self.range = range
    self.frameRate = frameRate
  }

  /// The bytes of one whole raw frame; zero for compressed formats, whose frames differ.
  public var frameBytes: Int {
    switch pixelFormat {
    case .yuyv, .uyvy, .rgb24, .bgr24: bytesPerLine * size.height
    case .nv12: bytesPerLine * (size.height + (size.height + 1) / 2)
    case .i420: bytesPerLine * size.height + 2 * ((bytesPerLine + 1) / 2) * ((size.height + 1) / 2)
    case .mjpeg, .h264: 0
    }
  }
}

extension PixelFormat {
  /// Bytes of one row of the first plane without padding; zero for compressed formats.
  public func tightBytesPerLine(width: Int) -> Int {
    switch self {
    case .yuyv, .uyvy: (width + 1) / 2 * 4
    case .nv12, .i420: width
    case .rgb24, .bgr24: width * 3
    case .mjpeg, .h264: 0
    }
  }
}
