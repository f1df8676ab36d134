internal import CFFmpeg
internal import Media

/// Pictures of any codec out of a container, encoded anew as IVS takes them: H.264 at a constant rate and bitrate.
struct TranscodedVideo: ~Copyable {
  /// Frames per second on air, whatever the browser gives.
  private static let frameRate = FrameRate.thirty
  /// Slots up to this many are filled with the picture before; over a longer gap the timeline jumps.
  private static let longestFill: Int64 = 30

  /// What the packets are.
  let description: StreamDescription.Video
  private var decoder: TrackDecoder
  private var converter: FrameConverter
  private var encoder: H264Encoder
  private var lastSlot: Int64 = -1

  /// Opens decoder and encoder.
  init(_ stream: UnsafeMutablePointer<AVStream>) throws(CodecError) {
    let decoder = try unsafe TrackDecoder(stream)
    guard let parameters = unsafe stream.pointee.codecpar else { throw .notMedia(path: "video") }
    let size = Self.size(
      fitting: unsafe PictureSize(width: Int(parameters.pointee.width), height: Int(parameters.pointee.height)))
    let encoder = try H264Encoder(
      VideoEncoding(
        size: size, frameRate: Self.frameRate, bitrate: Self.bitrate(for: size), encoder: .libx264, signalsHRD: true))
    let converter = try FrameConverter(to: size)
    description = encoder.description
    self.decoder = decoder
    self.converter = converter
    self.encoder = encoder
  }

  /// The geometry on air: the picture's own where an IVS channel takes it, else a smaller one of the same shape.
  static func size(fitting size: PictureSize) -> PictureSize {
    guard size.width > 0, size.height > 0 else { return PictureSize(width: 1280, height: 720) }
    let limits = size.width >= size.height ? (1920, 1080) : (1080, 1920)
    let scale = min(1, Double(limits.0) / Double(size.width), Double(limits.1) / Double(size.height))
    let even = { (length: Int) in max(128, Int((Double(length) * scale / 2).rounded()) * 2) }
    return PictureSize(width: min(even(size.width), 1920), height: min(even(size.height), 1920))
  }

  /// What such a picture needs at thirty frames a second.
  static func bitrate(for size: PictureSize) -> Bitrate {
    switch size.pixels {
    case ...410_000: .kilobits(1200)
    case ...922_000: .kilobits(2500)
    default: .kilobits(4500)
    }
  }

  /// Decodes a packet, whose times are nanoseconds that never jump back, and gives `emit` what comes of it.
  /// - Parameter now: the packets' ``EncodedPacket/captureTime``.
  mutating func take(
    _ packet: UnsafeMutablePointer<AVPacket>, at now: MediaTime, _ emit: (EncodedPacket) -> Void
  ) throws(CodecError) {
    unsafe decoder.send(packet)
    while decoder.receive() {
      guard let time = decoder.time else { continue }
      let slot = Self.frameRate.frame(at: time)
      // Two pictures in one slot: the first stays.
      guard slot > lastSlot else { continue }
      let next = lastSlot + 1
      if lastSlot >= 0, slot > next, slot - next <= Self.longestFill {
        for missing in next..<slot {
          try converter.withPicture(decoded: decoder.previous) { picture throws(CodecError) in
            try encoder.encode(picture, frameIndex: missing, captureTime: now, emit)
          }
        }
      }
      try converter.withPicture(decoded: decoder.frame) { picture throws(CodecError) in
        try encoder.encode(picture, frameIndex: slot, captureTime: now, emit)
      }
      lastSlot = slot
    }
  }
}
