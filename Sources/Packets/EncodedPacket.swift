public import Media
public import NIOCore

/// One H.264 access unit or one AAC frame, ready to be sent.
public struct EncodedPacket: Sendable, Equatable {
  /// What the payload is.
  public enum Kind: Sendable, Equatable {
    /// H.264, NAL units with 4-byte lengths (ISO/IEC 14496-15); parameter sets are in ``StreamDescription``.
    case video(isKeyframe: Bool)
    /// One raw AAC frame without ADTS.
    case audio
  }

  /// What the payload is.
  public var kind: Kind
  /// When it is shown or heard, since the session's origin.
  public var presentationTime: MediaTime
  /// When it must be decoded; never after ``presentationTime``, never before that of the packet of
  /// its track before it.
  public var decodeTime: MediaTime
  /// When the driver captured it, on the CLOCK_MONOTONIC timeline; latency is measured from here.
  public var captureTime: MediaTime
  /// The bytes; shared by everyone who holds the packet, never written to.
  public var payload: ByteBuffer

  /// Makes a packet; without `decodeTime` it is decoded when it is shown.
  public init(
    kind: Kind, presentationTime: MediaTime, decodeTime: MediaTime? = nil, captureTime: MediaTime, payload: ByteBuffer
  ) {
    self.kind = kind
    self.presentationTime = presentationTime
    self.decodeTime = decodeTime ?? presentationTime
    self.captureTime = captureTime
    self.payload = payload
  }

  /// The same packet on a timeline whose zero is `origin`.
  public func on(timelineFrom origin: MediaTime) -> EncodedPacket {
    var packet = self
    packet.presentationTime = .zero + (presentationTime - origin)
    packet.decodeTime = .zero + (decodeTime - origin)
    return packet
  }

  /// Whether decoding can begin here.
  public var isKeyframe: Bool { kind == .video(isKeyframe: true) }

  /// Whether it is a video packet.
  public var isVideo: Bool { kind != .audio }
}

/// What the packets of one stream are: fixed for a session.
public struct StreamDescription: Sendable, Equatable {
  /// The video track.
  public struct Video: Sendable, Equatable {
    /// AVCDecoderConfigurationRecord (ISO/IEC 14496-15 §5.3.3.1): profile, level, SPS and PPS.
    public var decoderConfiguration: ByteBuffer
    /// The coded picture's geometry.
    public var size: PictureSize
    /// Frames per second.
    public var frameRate: FrameRate
    /// The target that the encoder was given.
    public var bitrate: Bitrate

    /// Makes a video track's description.
    public init(decoderConfiguration: ByteBuffer, size: PictureSize, frameRate: FrameRate, bitrate: Bitrate) {
      self.decoderConfiguration = decoderConfiguration
      self.size = size
      self.frameRate = frameRate
      self.bitrate = bitrate
    }
  }

  /// The audio track.
  public struct Audio: Sendable, Equatable {
    /// AudioSpecificConfig (ISO/IEC 14496-3 §1.6.2.1).
    public var audioSpecificConfig: ByteBuffer
    /// Sample frames per second.
    public var sampleRate: Int
    /// 1 or 2.
    public var channels: Int
    /// The target that the encoder was given.
    public var bitrate: Bitrate

    /// Makes an audio track's description.
    public init(audioSpecificConfig: ByteBuffer, sampleRate: Int, channels: Int, bitrate: Bitrate) {
      self.audioSpecificConfig = audioSpecificConfig
      self.sampleRate = sampleRate
      self.channels = channels
      self.bitrate = bitrate
    }
  }

  /// The video track, where there is one.
  public var video: Video?
  /// The audio track, where there is one.
  public var audio: Audio?
  /// Who made the stream: name and version, as `onMetaData`'s `encoder` carries it.
  public var encoder: String

  /// Makes a stream's description.
  public init(video: Video?, audio: Audio?, encoder: String) {
    self.video = video
    self.audio = audio
    self.encoder = encoder
  }
}
