public import Media

/// Something about pictures that are copied as they are, which viewers see and whoever sends them ought to know.
public enum StreamRemark: Hashable, Sendable, CustomStringConvertible {
  /// They lie: so many degrees clockwise would set them upright.
  case turned(degrees: Int)
  /// Left and right are swapped.
  case mirrored
  /// Only the container says that their pixels are not square.
  case stretched(PixelAspect)
  /// They have fields.
  case interlaced

  /// A word for programs.
  public var code: String {
    switch self {
    case .turned, .mirrored: "picture-turned"
    case .stretched: "picture-stretched"
    case .interlaced: "picture-interlaced"
    }
  }

  /// One line for a person.
  public var description: String {
    let advice = "H.264 is passed on as it is"
    return switch self {
    case .turned(let degrees):
      "the picture is recorded lying, to be turned by \(degrees)° in a player: \(advice), so viewers see it lying; hold "
        + "the device as the recording is wanted, or record VP8, VP9 or HEVC"
    case .mirrored: "the picture is recorded with left and right swapped: \(advice), so viewers see it so"
    case .stretched(let aspect):
      "only the container says that the picture's pixels are \(aspect): \(advice), so viewers see it squeezed"
    case .interlaced: "the picture is interlaced: \(advice), so viewers may see combs; record progressive"
    }
  }

  /// What there is to say of a track whose pictures are copied.
  static func remarks(on track: MediaTrack, _ parameters: SequenceParameterSet?) -> [StreamRemark] {
    var remarks: [StreamRemark] = []
    if track.orientation.quarterTurns > 0 { remarks.append(.turned(degrees: track.orientation.degrees)) }
    if track.orientation.isMirrored { remarks.append(.mirrored) }
    if track.pixelAspect != .square, let parameters, parameters.pixelAspect == .square {
      remarks.append(.stretched(track.pixelAspect))
    }
    if track.isInterlaced || parameters?.isProgressive == false { remarks.append(.interlaced) }
    return remarks
  }
}
