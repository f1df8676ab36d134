internal import CFFmpeg
internal import Media

/// Where the samples of a raw camera frame lie, in libavutil's terms.
struct RawLayout {
  let pixelFormat: AVPixelFormat
  let size: PictureSize
  let color: SampleColor
  let planes: Int
  let bytesPerLine: Int
  let chromaBytesPerLine: Int
  /// Byte offsets of the second and third plane.
  let secondPlane: Int
  let thirdPlane: Int
  /// The least bytes that hold the picture; the last row needs no padding.
  let frameBytes: Int

  /// The layout of a raw format; `nil` for compressed ones and where a row does not hold the width.
  init?(_ format: VideoFormat) {
    let tight = format.pixelFormat.tightBytesPerLine(width: format.size.width)
    guard format.size.width > 0, format.size.height > 0, format.size.width <= 16_384, format.size.height <= 16_384,
      tight > 0, format.bytesPerLine >= tight, format.bytesPerLine <= 1 << 20
    else { return nil }
    let line = format.bytesPerLine
    let height = format.size.height
    let chromaRows = (height + 1) / 2
    size = format.size
    bytesPerLine = line
    secondPlane = line * height
    switch format.pixelFormat {
    case .yuyv, .uyvy, .rgb24, .bgr24:
      planes = 1
      chromaBytesPerLine = 0
      thirdPlane = 0
      frameBytes = line * (height - 1) + tight
    case .nv12:
      planes = 2
      chromaBytesPerLine = line
      thirdPlane = 0
      frameBytes = line * height + line * (chromaRows - 1) + (format.size.width + 1) / 2 * 2
    case .i420:
      planes = 3
      chromaBytesPerLine = (line + 1) / 2
      thirdPlane = secondPlane + chromaBytesPerLine * chromaRows
      frameBytes = thirdPlane + chromaBytesPerLine * (chromaRows - 1) + (format.size.width + 1) / 2
    case .mjpeg, .h264: return nil
    }
    switch format.pixelFormat {
    case .yuyv: pixelFormat = AV_PIX_FMT_YUYV422
    case .uyvy: pixelFormat = AV_PIX_FMT_UYVY422
    case .nv12: pixelFormat = AV_PIX_FMT_NV12
    case .i420: pixelFormat = AV_PIX_FMT_YUV420P
    case .rgb24: pixelFormat = AV_PIX_FMT_RGB24
    case .bgr24: pixelFormat = AV_PIX_FMT_BGR24
    case .mjpeg, .h264: return nil
    }
    color = SampleColor(matrix: format.matrix, range: format.range)
  }
}

/// Matrix and range of YCbCr samples; without meaning for RGB, which is always full range here.
struct SampleColor: Equatable {
  var matrix: ColorMatrix
  var range: ColorRange

  init(matrix: ColorMatrix, range: ColorRange) {
    self.matrix = matrix
    self.range = range
  }

  /// What a decoded frame says of itself; where it is silent, what players assume: BT.709 from 720 rows on, BT.601
  /// below, limited range.
  init(_ frame: UnsafePointer<AVFrame>) {
    switch unsafe frame.pointee.colorspace {
    case AVCOL_SPC_BT709: matrix = .bt709
    case AVCOL_SPC_BT470BG, AVCOL_SPC_SMPTE170M, AVCOL_SPC_FCC: matrix = .bt601
    case AVCOL_SPC_BT2020_NCL, AVCOL_SPC_BT2020_CL: matrix = .bt2020
    default: matrix = unsafe frame.pointee.height >= 720 ? .bt709 : .bt601
    }
    let fullRangeFormats = [AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUVJ422P, AV_PIX_FMT_YUVJ444P, AV_PIX_FMT_YUVJ440P]
      .map(\.rawValue)
    let isFull =
      unsafe frame.pointee.color_range == AVCOL_RANGE_JPEG || fullRangeFormats.contains(frame.pointee.format)
    range = isFull ? .full : .limited
  }

  /// Writes matrix and range into the picture's description.
  func apply(to picture: borrowing Picture) {
    unsafe picture.frame.pointee.colorspace =
      switch matrix {
      case .bt601: AVCOL_SPC_SMPTE170M
      case .bt709: AVCOL_SPC_BT709
      case .bt2020: AVCOL_SPC_BT2020_NCL
      }
    unsafe picture.frame.pointee.color_range = range == .full ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG
  }
}
