public import Media
public import Packets

/// Encodes pictures as IVS asks: constant bitrate, an IDR at each keyframe interval, no B-frames.
///
/// One thread uses it; libx264 works on that thread up to 720p60. Packets come out in the call that brought the
/// frame, except from hardware encoders that hold a few, and in normal latency.
public struct H264Encoder: ~Copyable {
  /// libavcodec's name of the encoder in use.
  public let name: String
  /// Why it is this encoder, for people.
  public let reason: String
  /// What the packets are; fixed, also when the bitrate changes.
  public let description: StreamDescription.Video
  /// The bitrate that it is told to keep now.
  public private(set) var bitrate: Bitrate

  private let choice: VideoEncoderChoice
  private let encoding: VideoEncoding
  private let configuration: AVCDecoderConfiguration
  private var session: VideoEncoderSession
  /// Parameter sets that keyframes carry because they are no longer those of the description.
  private var inBandSets: [[UInt8]] = []
  private var lastIndex: Int64 = -1
  private var lastKeyframe: Int64?
  /// Frames that the encoder holds, oldest first.
  private var pending: [(index: Int64, captureTime: MediaTime, isKeyframe: Bool)] = []
  /// The last frame that nobody wants any more.
  private var discardedIndex: Int64 = -1

  /// Opens the encoder; with `.auto` that includes proving hardware encoders, at most 3 s each.
  public init(_ encoding: VideoEncoding) throws(CodecError) {
    try encoding.validate()
    let selection = try EncoderSelection.make(for: encoding)
    let session = try Self.open(selection.choice, encoding)
    guard let configuration = session.configuration ?? selection.configuration else {
      throw .encoderRefused(name: selection.choice.rawValue, reason: "it makes no parameter sets")
    }
    name = selection.choice.rawValue
    reason = selection.reason
    choice = selection.choice
    self.encoding = encoding
    bitrate = encoding.bitrate
    self.configuration = configuration
    self.session = session
    description = StreamDescription.Video(
      decoderConfiguration: configuration.record, size: encoding.size, frameRate: encoding.frameRate,
      bitrate: encoding.bitrate)
  }

  private static func open(_ choice: VideoEncoderChoice, _ encoding: VideoEncoding)
    throws(CodecError) -> VideoEncoderSession
  {
    guard let options = EncoderOptions(choice, encoding) else { throw .noEncoder(name: choice.rawValue) }
    return try VideoEncoderSession(options, encoding)
  }

  /// Whether an IDR is still to come out of it.
  public var holdsKeyframe: Bool { pending.contains(where: \.isKeyframe) }

  /// Encodes one I420 picture and gives `emit` the packets that are ready, in order.
  ///
  /// Packets are stamped `frameRate.time(ofFrame: frameIndex)`. A gap in the index is a gap in time; the next IDR
  /// stays on time all the same.
  /// - Parameter frameIndex: the frame's place since the origin, greater than that of the frame before it.
  /// - Parameter captureTime: when the driver captured it; carried along.
  /// - Parameter forceKeyframe: makes it an IDR, unless the encoder holds one that is still to come out.
  public mutating func encode(
    _ picture: borrowing Picture, frameIndex: Int64, captureTime: MediaTime, forceKeyframe: Bool = false,
    _ emit: (EncodedPacket) -> Void
  ) throws(CodecError) {
    guard frameIndex > lastIndex else { throw .timeNotIncreasing(frame: frameIndex, last: lastIndex) }
    guard picture.isI420, picture.size == encoding.size else {
      throw .wrongPicture(
        expected: "\(encoding.size) I420", actual: "\(picture.size)\(picture.isI420 ? "" : " in another layout")")
    }
    let isDue = lastKeyframe.map { frameIndex - $0 >= Int64(encoding.keyframeIntervalFrames) } ?? true
    let isKeyframe = isDue || (forceKeyframe && !holdsKeyframe)
    lastIndex = frameIndex
    if isKeyframe { lastKeyframe = frameIndex }
    pending.append((frameIndex, captureTime, isKeyframe))
    if picture.isLent && choice != .libx264 {
      // The device wants its memory back at the end of the call, and drivers keep pictures for longer.
      try session.send(picture.copy(), index: frameIndex, isKeyframe: isKeyframe)
    } else {
      try session.send(picture, index: frameIndex, isKeyframe: isKeyframe)
    }
    try receive(emit)
    guard !picture.isLent || !picture.isShared else {
      throw .encodingFailed(encoder: name, reason: "it kept a picture that was only lent")
    }
  }

  /// Frames that the encoder holds now.
  public var framesHeld: Int { pending.count }

  /// Lets go of what the encoder holds; the next frame is an IDR: a new connection begins after a pause.
  public mutating func discardHeld() {
    guard !pending.isEmpty else { return }
    (discardedIndex, lastKeyframe) = (lastIndex, nil)
    for index in pending.indices { pending[index].isKeyframe = false }
  }

  /// Gives `emit` what the encoder still holds; afterwards nothing can be encoded.
  public mutating func flush(_ emit: (EncodedPacket) -> Void) throws(CodecError) {
    session.sendEnd()
    try receive(emit)
  }

  /// Changes the bitrate, filler included, from the next frame on; the buffer stays as it was at the start.
  ///
  /// libx264 and NVENC follow while they run. For others a new encoder takes over with an IDR, whose parameter sets are
  /// inside the stream from then on.
  public mutating func setBitrate(_ bitrate: Bitrate, _ emit: (EncodedPacket) -> Void) throws(CodecError) {
    guard bitrate != self.bitrate else { return }
    var changed = encoding
    changed.bitrate = bitrate
    try changed.validate()
    if session.options.changesBitrateLive {
      session.setBitrate(bitrate)
    } else {
      let fresh = try Self.open(choice, changed)
      session.sendEnd()
      try receive(emit)
      session = fresh
      lastKeyframe = nil
      if let sets = session.configuration, sets != configuration {
        inBandSets = sets.sequenceParameterSets + sets.pictureParameterSets
      }
    }
    self.bitrate = bitrate
  }

  private mutating func receive(_ emit: (EncodedPacket) -> Void) throws(CodecError) {
    // Locals, because the session is borrowed while its packets are looked at.
    var waiting = pending
    pending = []
    defer { pending = waiting }
    let (rate, sets, configuration, discarded) = (encoding.frameRate, inBandSets, configuration, discardedIndex)
    try session.receive { bytes, index, decodeIndex, isFlagged in
      guard index > discarded else { return waiting.removeAll { $0.index <= index } }
      let unit = AccessUnit(annexB: bytes, configuration: configuration, prefix: isFlagged ? sets : [])
      let captureTime = waiting.first { $0.index == index }?.captureTime ?? rate.time(ofFrame: index)
      waiting.removeAll { $0.index <= index }
      emit(
        EncodedPacket(
          kind: .video(isKeyframe: isFlagged && unit.hasIDR), presentationTime: rate.time(ofFrame: index),
          decodeTime: rate.time(ofFrame: min(decodeIndex, index)), captureTime: captureTime, payload: unit.payload))
    }
  }
}
