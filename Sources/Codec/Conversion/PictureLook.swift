internal import CFFmpeg
public import Media

/// How a decoded picture has to be shown, other than as it lies in memory.
public struct PictureLook: Hashable, Sendable {
  /// How it has to be turned.
  public var orientation = DisplayOrientation.upright
  /// The shape of its pixels before it is turned.
  public var pixelAspect = PixelAspect.square
  /// It is two fields, of two moments.
  public var isInterlaced = false

  /// A picture to be shown as it lies.
  public static let plain = PictureLook()

  /// Makes a look.
  public init(
    orientation: DisplayOrientation = .upright, pixelAspect: PixelAspect = .square, isInterlaced: Bool = false
  ) {
    self.orientation = orientation
    self.pixelAspect = pixelAspect
    self.isInterlaced = isInterlaced
  }

  /// Whether the samples may stay where they are.
  var isPlain: Bool { orientation == .upright && !isInterlaced }

  /// What a frame says of itself, else what its stream says.
  /// - Parameter hasAspect: whether its pixels' shape means anything.
  init(_ frame: UnsafeMutablePointer<AVFrame>, of stream: UnsafeMutablePointer<AVStream>, hasAspect: Bool) {
    if let matrix = unsafe cffmpeg_frame_matrix(frame) ?? cffmpeg_stream_matrix(stream) {
      orientation = unsafe DisplayOrientation(a: matrix[0], b: matrix[1], c: matrix[3], d: matrix[4])
    } else if let exif = unsafe Self.exifOrientation(frame) {
      orientation = exif
    }
    if hasAspect {
      let ratio = unsafe av_guess_sample_aspect_ratio(nil, stream, frame)
      pixelAspect = PixelAspect(width: Int(ratio.num), height: Int(ratio.den)) ?? .square
    }
    isInterlaced = unsafe cffmpeg_is_interlaced(frame) != 0
  }

  /// EXIF's orientation, where the decoder only passes it on (EXIF 2.32 §4.6.5, tag 274).
  private static func exifOrientation(_ frame: UnsafeMutablePointer<AVFrame>) -> DisplayOrientation? {
    guard let metadata = unsafe frame.pointee.metadata,
      let entry = unsafe av_dict_get(metadata, "Orientation", nil, 0), let text = unsafe entry.pointee.value
    else { return nil }
    return switch Int(unsafe String(cString: text).filter { $0 != " " && $0 != "\n" }) {
    case 2: DisplayOrientation(quarterTurns: 0, isMirrored: true)
    case 3: DisplayOrientation(quarterTurns: 2)
    case 4: DisplayOrientation(quarterTurns: 2, isMirrored: true)
    case 5: DisplayOrientation(quarterTurns: 3, isMirrored: true)
    case 6: DisplayOrientation(quarterTurns: 1)
    case 7: DisplayOrientation(quarterTurns: 1, isMirrored: true)
    case 8: DisplayOrientation(quarterTurns: 3)
    default: nil
    }
  }
}
