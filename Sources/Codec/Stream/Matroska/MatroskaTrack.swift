internal import Media
internal import NIOCore

/// A track of Matroska's, as its header describes it (RFC 9559 §5.1.4).
struct MatroskaTrack {
  private(set) var number: UInt64 = 0
  private(set) var media: MediaTrack?
  /// From one frame to the next, in nanoseconds; zero where it is not told.
  private(set) var frameDuration: Int64 = 0
  /// What a decoder's priming takes, in nanoseconds: all times are earlier by it.
  private(set) var delay: Int64 = 0
  /// Bytes that were taken away from the beginning of each frame.
  private(set) var strippedBytes: [UInt8] = []

  private static let privateLimit = 64 << 10

  /// Reads a TrackEntry.
  init(_ content: ByteBuffer) throws(ContainerFault) {
    var (type, codec): (UInt64, String) = (0, "")
    var configuration = ByteBuffer()
    var (video, audio): (ByteBuffer?, ByteBuffer?)
    var entry = Self.Fields()
    try EBML.forEach(in: content) { id, inside throws(ContainerFault) in
      switch id {
      case 0xd7: entry.number = EBML.unsigned(inside) ?? 0
      case 0x83: type = EBML.unsigned(inside) ?? 0
      case 0x86: codec = Self.name(inside)
      case 0x63a2: configuration = inside
      case 0x23_e383: entry.duration = EBML.unsigned(inside) ?? 0
      case 0x56aa: entry.delay = EBML.unsigned(inside) ?? 0
      case 0xe0: video = inside
      case 0xe1: audio = inside
      case 0x6d80: entry.stripped = try Self.strippedBytes(inside)
      default: return
      }
    }
    guard configuration.readableBytes <= Self.privateLimit else {
      throw .broken("a decoder's configuration has \(configuration.readableBytes) bytes")
    }
    number = entry.number
    // A frame lasts a minute at most, and a decoder's priming a second.
    frameDuration = Int64(min(entry.duration, 60_000_000_000))
    delay = Int64(min(entry.delay, 1_000_000_000))
    strippedBytes = entry.stripped
    guard type == 1 || type == 2 else { return }
    var track = MediaTrack(isVideo: type == 1, codec: Self.codec(codec))
    track.configuration = Array(configuration.readableBytesView)
    if frameDuration > 0 { track.frameRate = FrameRate(measured: 1e9 / Double(frameDuration)) }
    if let video { try Self.read(video: video, into: &track) }
    if let audio, try Self.read(audio: audio, into: &track) != 16, track.codec == .pcm16 { track.codec = .other(codec) }
    media = track
  }

  private struct Fields {
    var number: UInt64 = 0
    var duration: UInt64 = 0
    var delay: UInt64 = 0
    var stripped: [UInt8] = []
  }

  /// A codec's name as it may be shown.
  private static func name(_ content: ByteBuffer) -> String {
    String(decoding: content.readableBytesView.prefix(40).filter { (0x21...0x7e).contains($0) }, as: UTF8.self)
  }

  /// RFC 9559's registry of codecs.
  private static func codec(_ name: String) -> MediaTrack.Codec {
    switch name {
    case "V_MPEG4/ISO/AVC": .h264
    case "V_MPEGH/ISO/HEVC": .hevc
    case "V_VP8": .vp8
    case "V_VP9": .vp9
    case "V_AV1": .av1
    case "A_OPUS": .opus
    case "A_VORBIS": .vorbis
    case "A_FLAC": .flac
    case "A_PCM/INT/LIT": .pcm16
    case "A_PCM/FLOAT/IEEE": .pcmFloat
    case _ where name.hasPrefix("A_AAC"): .aac
    default: .other(name)
    }
  }

  private static func read(video: ByteBuffer, into track: inout MediaTrack) throws(ContainerFault) {
    var (width, height, shownWidth, shownHeight, unit, interlaced) = (0, 0, 0, 0, 0, 0)
    var roll = 0.0
    try EBML.forEach(in: video) { id, inside throws(ContainerFault) in
      let number = Int(min(EBML.unsigned(inside) ?? 0, 1 << 20))
      switch id {
      case 0xb0: width = number
      case 0xba: height = number
      case 0x54b0: shownWidth = number
      case 0x54ba: shownHeight = number
      case 0x54b2: unit = number
      case 0x9a: interlaced = number
      case 0x7670:
        try EBML.forEach(in: inside) { id, inside throws(ContainerFault) in
          if id == 0x7675 { roll = EBML.float(inside) ?? 0 }
        }
      default: return
      }
    }
    track.size = PictureSize(width: width, height: height)
    track.isInterlaced = interlaced == 1
    // In pixels, centimetres, inches or as an aspect ratio alone: in each the ratio counts (§5.1.4.1.28.14).
    if unit < 4, shownWidth > 0, shownHeight > 0, width > 0, height > 0, width < 1 << 14, height < 1 << 14,
      shownWidth < 1 << 14, shownHeight < 1 << 14
    {
      track.pixelAspect =
        PixelAspect(reducing: shownWidth * height, to: shownHeight * width) ?? .square
    }
    // Counted the other way round (§5.1.4.1.28.46).
    if abs(roll) <= 360 { track.orientation = DisplayOrientation(quarterTurns: -Int((roll / 90).rounded())) }
  }

  /// - Returns: bits of a sample.
  private static func read(audio: ByteBuffer, into track: inout MediaTrack) throws(ContainerFault) -> UInt64 {
    var (rate, channels, bits): (Double, UInt64, UInt64) = (8000, 1, 16)
    try EBML.forEach(in: audio) { id, inside throws(ContainerFault) in
      switch id {
      case 0xb5: rate = EBML.float(inside) ?? 0
      case 0x9f: channels = EBML.unsigned(inside) ?? 0
      case 0x6264: bits = EBML.unsigned(inside) ?? 0
      default: return
      }
    }
    track.sampleRate = rate > 0 && rate < 1e6 ? Int(rate) : 0
    track.channels = Int(min(channels, 255))
    return bits
  }

  /// ContentEncodings (§5.1.4.1.31): only bytes that were taken away are put back.
  private static func strippedBytes(_ content: ByteBuffer) throws(ContainerFault) -> [UInt8] {
    var bytes: [UInt8] = []
    try EBML.forEach(in: content) { id, inside throws(ContainerFault) in
      guard id == 0x6240 else { return }
      var (algorithm, isEncrypted): (UInt64, Bool) = (0, false)
      try EBML.forEach(in: inside) { id, inside throws(ContainerFault) in
        if id == 0x5035 { isEncrypted = true }
        guard id == 0x5034 else { return }
        try EBML.forEach(in: inside) { id, inside throws(ContainerFault) in
          if id == 0x4254 { algorithm = EBML.unsigned(inside) ?? 0 }
          if id == 0x4255 { bytes += inside.readableBytesView.prefix(64) }
        }
      }
      guard algorithm == 3, !isEncrypted else { throw .broken("its frames are compressed or encrypted once more") }
    }
    return bytes
  }
}
