internal import CV4L
internal import Media

/// Matrix and range of a camera's samples, by V4L2's rules for what a driver leaves open.
///
/// Source: V4L2, "Detailed Colorspace Descriptions", V4L2_MAP_YCBCR_ENC_DEFAULT and V4L2_MAP_QUANTIZATION_DEFAULT.
struct CameraColor: Equatable {
  var matrix: ColorMatrix
  var range: ColorRange

  init(_ format: PixelFormat, colorspace: UInt32, encoding: UInt32, quantization: UInt32) {
    guard format != .mjpeg else {
      // JFIF knows nothing else, and drivers copy the sensor's words here, which the image contradicts.
      (matrix, range) = (.bt601, .full)
      return
    }
    let encoding = v4l2_ycbcr_encoding(rawValue: encoding)
    let colorspace = v4l2_colorspace(rawValue: colorspace)
    matrix =
      switch encoding {
      case V4L2_YCBCR_ENC_DEFAULT: Self.defaultMatrix(colorspace)
      // SMPTE 240M differs from BT.709 by less than the eye can tell.
      case V4L2_YCBCR_ENC_709, V4L2_YCBCR_ENC_XV709, V4L2_YCBCR_ENC_SMPTE240M: .bt709
      case V4L2_YCBCR_ENC_BT2020, V4L2_YCBCR_ENC_BT2020_CONST_LUM: .bt2020
      default: .bt601
      }
    switch v4l2_quantization(rawValue: quantization) {
    case V4L2_QUANTIZATION_FULL_RANGE: range = .full
    case V4L2_QUANTIZATION_LIM_RANGE: range = .limited
    default:
      let isRGB = format == .rgb24 || format == .bgr24
      range = isRGB || colorspace == V4L2_COLORSPACE_JPEG ? .full : .limited
    }
  }

  /// V4L2_MAP_YCBCR_ENC_DEFAULT; sRGB, which most webcams report, means BT.601.
  private static func defaultMatrix(_ colorspace: v4l2_colorspace) -> ColorMatrix {
    switch colorspace {
    case V4L2_COLORSPACE_REC709, V4L2_COLORSPACE_DCI_P3, V4L2_COLORSPACE_SMPTE240M: .bt709
    case V4L2_COLORSPACE_BT2020: .bt2020
    default: .bt601
    }
  }
}
