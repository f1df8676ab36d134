internal import Media

/// A track of a container, as its header describes it.
struct MediaTrack: Equatable {
  /// What its packets are; the codecs that browsers and phones record, and all others.
  enum Codec: Equatable {
    case h264, hevc, vp8, vp9, av1
    case aac, opus, vorbis, flac, pcm16, pcmFloat
    /// By the name that the container has for it.
    case other(String)

    /// The codec's name as people know it.
    var name: String {
      switch self {
      case .h264: "h264"
      case .hevc: "hevc"
      case .vp8: "vp8"
      case .vp9: "vp9"
      case .av1: "av1"
      case .aac: "aac"
      case .opus: "opus"
      case .vorbis: "vorbis"
      case .flac: "flac"
      case .pcm16: "pcm_s16le"
      case .pcmFloat: "pcm_f32le"
      case .other(let name): name
      }
    }
  }

  var isVideo: Bool
  var codec: Codec
  /// What a decoder begins with, in libavcodec's form; empty where it needs none.
  var configuration: [UInt8] = []
  /// Of the coded picture; zero for sound.
  var size = PictureSize(width: 0, height: 0)
  var pixelAspect = PixelAspect.square
  var orientation = DisplayOrientation.upright
  var isInterlaced = false
  /// `nil` where the header does not tell.
  var frameRate: FrameRate?
  /// Sample frames per second; zero for pictures.
  var sampleRate = 0
  var channels = 0
}

/// One packet of a container's track.
struct MediaPacket {
  var isVideo: Bool
  /// When it is shown or heard, on the container's clock; never beyond 36 years from zero.
  var time: MediaTime
  var payload: [UInt8]
}

/// Why a container cannot be read, or not any further.
enum ContainerFault: Error, Equatable {
  /// It ended before its header did.
  case ended
  /// Its bytes contradict each other, or it has more of something than a stream needs; in words.
  case broken(String)
}

extension MediaTime {
  /// The edges of what containers' times are taken for: 36 years from zero.
  private static let bounds: ClosedRange<Int64> = (-1 << 60)...(1 << 60)

  /// A time from a container's ticks; what lies beyond 36 years from zero counts as that.
  init(containerTicks ticks: Int64, per rate: Int64) {
    let rate = max(1, rate)
    let limit = (Self.bounds.upperBound / 1_000_000_000 - 1).multipliedReportingOverflow(by: rate)
    let edge = limit.overflow ? Int64.max / 4 : limit.partialValue
    self.init(ticks: max(-edge, min(edge, ticks)), per: rate)
  }

  /// A time from units of `scale` nanoseconds, with the same bounds.
  init(containerUnits units: Int64, of scale: Int64) {
    let (product, overflow) = units.multipliedReportingOverflow(by: scale)
    let whole = overflow ? ((units < 0) == (scale < 0) ? Int64.max : Int64.min) : product
    self.init(nanoseconds: max(Self.bounds.lowerBound, min(Self.bounds.upperBound, whole)))
  }
}
