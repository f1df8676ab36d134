internal import Media
internal import Packets

/// Pictures of any codec out of a container, encoded anew as IVS takes them: H.264 at a constant rate and bitrate,
/// upright, with square pixels.
struct TranscodedVideo: ~Copyable {
  /// Frames per second on air, whatever the browser gives.
  private static let frameRate = FrameRate.thirty
  /// Slots up to this many are filled with the picture before; over a longer gap the timeline jumps.
  private static let longestFill: Int64 = 300
  /// How far the first picture is put forward to where its sound began.
  private static let longestLead: Int64 = 90
  /// How far the picture may be behind the sound before its last one is repeated.
  private static let timeout: Duration = .seconds(1)

  /// What the packets are.
  let description: StreamDescription.Video
  private let track: MediaTrack
  private var decoder: TrackDecoder
  private var converter: FrameConverter
  private var encoder: H264Encoder
  /// What a picture is turned into where it does not stand upright.
  private var turned: Picture
  private var lastSlot: Int64 = -1

  /// Opens decoder and encoder.
  init(_ track: MediaTrack) throws(CodecError) {
    let decoder = try TrackDecoder(track)
    let upright = Self.size(fitting: track.orientation.size(of: track.pixelAspect.shown(track.size)))
    let encoder = try H264Encoder(
      VideoEncoding(
        size: upright, frameRate: Self.frameRate, bitrate: Self.bitrate(for: upright), encoder: .libx264))
    let converter = try FrameConverter(to: track.orientation.size(of: upright))
    let turned = track.orientation == .upright ? try Picture() : try Picture(size: upright)
    description = encoder.description
    self.track = track
    self.decoder = decoder
    self.converter = converter
    self.encoder = encoder
    self.turned = turned
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

  /// Gives the decoder a packet; its pictures come by ``next()``.
  func send(_ payload: [UInt8], at time: MediaTime) { decoder.send(payload, at: time) }

  /// No more packets come.
  func sendEnd() { decoder.sendEnd() }

  /// Decodes the next picture and says when it is shown, on the container's clock; `nil` when there is none.
  mutating func next() -> MediaTime? {
    while decoder.receive() {
      if let time = decoder.time { return time }
    }
    return nil
  }

  /// Encodes the picture of the last ``next()``, and where slots before it are empty the one before it, in their place.
  /// - Parameters:
  ///   - time: when it is shown, on a timeline that never jumps back.
  ///   - start: where the stream begins, if this is its first picture: it is there from then on.
  ///   - now: the packets' ``EncodedPacket/captureTime``.
  mutating func show(
    at time: MediaTime, from start: MediaTime?, at now: MediaTime, _ emit: (EncodedPacket) -> Void
  ) throws(CodecError) {
    let slot = Self.frameRate.frame(at: time)
    guard lastSlot >= 0 else {
      let first = max(0, slot - Self.longestLead, min(slot, start.map { Self.frameRate.frame(at: $0) } ?? slot))
      for early in first...max(first, slot) { try encode(isPrevious: false, early, now, emit) }
      return
    }
    // Two pictures in one slot: the first stays.
    guard slot > lastSlot else { return }
    if slot - lastSlot <= Self.longestFill {
      for missing in lastSlot + 1..<slot { try encode(isPrevious: true, missing, now, emit) }
    }
    try encode(isPrevious: false, slot, now, emit)
  }

  /// The sound has come to `time`: the last picture stays where no other came.
  mutating func follow(
    soundTo time: MediaTime, at now: MediaTime, _ emit: (EncodedPacket) -> Void
  ) throws(CodecError) {
    let due = Self.frameRate.frame(at: time - Self.timeout)
    guard lastSlot >= 0, due > lastSlot, due - lastSlot <= Self.longestFill else { return }
    for slot in lastSlot + 1...due { try encode(isPrevious: false, slot, now, emit) }
  }

  private mutating func encode(
    isPrevious: Bool, _ slot: Int64, _ now: MediaTime, _ emit: (EncodedPacket) -> Void
  ) throws(CodecError) {
    // What the container says of the pixels' shape goes before what the codec does.
    let aspect = track.pixelAspect == .square ? decoder.pixelAspect : track.pixelAspect
    let target = Target(orientation: track.orientation, slot: slot, now: now)
    if isPrevious {
      let shape = aspect.shown(decoder.previous.size)
      try converter.withPicture(decoded: decoder.previous, shownAs: shape) { picture throws(CodecError) in
        try Self.encode(picture, target, &turned, &encoder, emit)
      }
    } else {
      let shape = aspect.shown(decoder.frame.size)
      try converter.withPicture(decoded: decoder.frame, shownAs: shape) { picture throws(CodecError) in
        try Self.encode(picture, target, &turned, &encoder, emit)
      }
    }
    lastSlot = slot
  }

  /// How one picture goes on air.
  private struct Target {
    var orientation: DisplayOrientation
    var slot: Int64
    var now: MediaTime
  }

  private static func encode(
    _ picture: borrowing Picture, _ target: Target, _ turned: inout Picture, _ encoder: inout H264Encoder,
    _ emit: (EncodedPacket) -> Void
  ) throws(CodecError) {
    guard target.orientation != .upright else {
      return try encoder.encode(picture, frameIndex: target.slot, captureTime: target.now, emit)
    }
    try target.orientation.turn(picture, into: &turned)
    try encoder.encode(turned, frameIndex: target.slot, captureTime: target.now, emit)
  }
}
