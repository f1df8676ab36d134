internal import Media
internal import NIOCore
internal import Packets

/// Makes packets and their description from a publisher's media messages.
///
/// Holds the first packets back until both sequence headers are there, or one has been alone for a second of media.
struct PublicationAssembler {
  /// What came of a message.
  enum Output: Equatable {
    case begin(StreamDescription)
    case packet(EncodedPacket)
    /// A track that was not there when the stream began has come.
    case added(StreamDescription, isVideo: Bool)
    /// A track has other parameters from here on; what changed, in words.
    case changed(StreamDescription, String)
    /// The media cannot be taken, in words.
    case rejected(String)
  }

  /// Media time after which one track alone is the whole stream.
  static let timeout: Int64 = 1000
  /// Packets held back at most; a publisher whose times stand still ends the waiting so.
  static let heldLimit = 512
  /// Bytes held back at most: more than a second of any stream that an ingest takes.
  static let heldBytesLimit = 8 << 20

  private(set) var metadata: AMF0Object?
  private var video: StreamDescription.Video?
  private var audio: StreamDescription.Audio?
  private var clock = TimestampUnwrapper()
  private var held: [EncodedPacket] = []
  private var heldBytes = 0
  private var lastVideoTime: MediaTime?
  private var lastAudioTime: MediaTime?
  private var hasBegun = false

  /// Keeps metadata; only what comes before the stream is described counts.
  mutating func setMetadata(_ object: AMF0Object) { metadata = object }

  /// Takes an audio or video message.
  mutating func receive(_ message: RTMPMessage, at now: MediaTime) -> [Output] {
    let tag = message.type == .video ? FLVTag(video: message.payload) : FLVTag(audio: message.payload)
    switch tag {
    case .empty: return []
    case .unsupported(let what): return [.rejected("\(what) is not taken, only H.264 and AAC are")]
    case .avcSequenceHeader(let record): return setVideo(record)
    case .aacSequenceHeader(let bytes): return setAudio(bytes)
    case .avc(let isKeyframe, let compositionTime, let payload):
      guard video != nil else { return [] }
      return add(.video(isKeyframe: isKeyframe), message.timestamp, compositionTime, payload, now)
    case .aac(let payload):
      guard audio != nil else { return [] }
      return add(.audio, message.timestamp, 0, payload, now)
    }
  }

  /// The publisher ended; a stream shorter than the waiting comes out now.
  mutating func finish() -> [Output] { hasBegun || held.isEmpty ? [] : begin() }

  private mutating func setVideo(_ record: ByteBuffer) -> [Output] {
    if let video, video.decoderConfiguration == record { return [] }
    guard let configuration = AVCDecoderConfiguration(record) else {
      return [.rejected("the AVC sequence header cannot be read")]
    }
    guard configuration.lengthSize == 4 else {
      return [.rejected("NAL units with \(configuration.lengthSize)-byte lengths are not taken, only 4-byte ones are")]
    }
    let rate = (metadata?["framerate"]?.number).flatMap { FrameRate(parsing: "\($0)") }
    let before = video
    if before != nil && !hasBegun {
      held = []
      heldBytes = 0
    }
    video = .init(
      decoderConfiguration: record, size: configuration.size, frameRate: rate ?? .thirty,
      bitrate: bitrate("videodatarate"))
    guard hasBegun else { return beginIfComplete() }
    return before == nil
      ? [.added(description, isVideo: true)] : [.changed(description, "the video's parameters changed")]
  }

  private mutating func setAudio(_ bytes: ByteBuffer) -> [Output] {
    if let audio, audio.audioSpecificConfig == bytes { return [] }
    guard let configuration = AudioSpecificConfig(bytes) else {
      return [.rejected("the AudioSpecificConfig cannot be read")]
    }
    let before = audio
    audio = .init(
      audioSpecificConfig: bytes, sampleRate: configuration.sampleRate, channels: configuration.channels,
      bitrate: bitrate("audiodatarate"))
    guard hasBegun else { return beginIfComplete() }
    return before == nil
      ? [.added(description, isVideo: false)] : [.changed(description, "the audio's parameters changed")]
  }

  private func bitrate(_ name: String) -> Bitrate {
    let kilobits = metadata?[name]?.number ?? 0
    return Bitrate(bitsPerSecond: kilobits > 0 && kilobits < 1e9 ? Int(kilobits * 1000) : 0)
  }

  private mutating func beginIfComplete() -> [Output] { video != nil && audio != nil && !hasBegun ? begin() : [] }

  private mutating func begin() -> [Output] {
    hasBegun = true
    let outputs = held.map { Output.packet($0) }
    held = []
    return [.begin(description)] + outputs
  }

  private var description: StreamDescription {
    StreamDescription(video: video, audio: audio, encoder: ForeignText.cleaned(metadata?["encoder"]?.string ?? ""))
  }

  private mutating func add(
    _ kind: EncodedPacket.Kind, _ timestamp: UInt32, _ compositionTime: Int32, _ payload: ByteBuffer, _ now: MediaTime
  ) -> [Output] {
    let sent = MediaTime(milliseconds: clock.unwrap(timestamp))
    // A track never goes back in time; the other one may be behind it by a frame, and keeps its own times.
    let decodeTime = max(sent, (kind == .audio ? lastAudioTime : lastVideoTime) ?? sent)
    if kind == .audio { lastAudioTime = decodeTime } else { lastVideoTime = decodeTime }
    let shown = MediaTime(milliseconds: sent.milliseconds + Int64(compositionTime))
    let packet = EncodedPacket(
      kind: kind, presentationTime: max(decodeTime, shown), decodeTime: decodeTime, captureTime: now,
      payload: payload)
    if hasBegun { return [.packet(packet)] }
    held.append(packet)
    heldBytes += payload.readableBytes
    guard let first = held.first else { return [] }
    let waited = decodeTime.milliseconds - first.decodeTime.milliseconds
    let isFull = held.count >= Self.heldLimit || heldBytes >= Self.heldBytesLimit
    return waited >= Self.timeout || isFull ? begin() : []
  }
}
