public import Media

/// Everything there is to know about a broadcast at one moment; a value, and never with a key in it.
public struct BroadcastStatus: Codable, Equatable, Sendable {
  /// Where the broadcast is.
  public enum Phase: String, Codable, Sendable { case idle, connecting, live, waiting, stopping, ended }

  /// What a source gives.
  public enum SourceState: String, Codable, Sendable {
    /// It is being opened.
    case opening
    /// It gives pictures or sound.
    case running
    /// It was never there, and is waited for.
    case waiting
    /// It was there and is gone.
    case lost
  }

  /// The picture's way from the source to the encoder's output.
  public struct Video: Codable, Equatable, Sendable {
    /// The source: its name and the mode that was chosen.
    public var source = ""
    /// Whether the source gives anything.
    public var sourceState = SourceState.opening
    /// The encoder that is used.
    public var encoder = ""
    /// Width on air, in pixels.
    public var width = 0
    /// Height on air, in pixels.
    public var height = 0
    /// The rate that was asked for.
    public var targetFramesPerSecond = 0.0
    /// Measured over the last second; `nil` before there was one.
    public var framesPerSecond: Double?
    /// What the encoder is told to make.
    public var targetKilobitsPerSecond = 0
    /// Measured over the last two seconds, a group of pictures; `nil` before there was one.
    public var kilobitsPerSecond: Int?
    /// Pictures given to the encoder and back, since the session began.
    public var framesEncoded = 0
    /// Pictures on their way out, encoded or not, since the sources began; `nil` from an older broadcaster.
    public var framesShown: Int?
    /// Slots that showed the picture before again, because the source gave none.
    public var framesRepeated = 0
    /// Frames that the driver or the capture lost.
    public var droppedByCapture = 0
    /// Of those, frames that arrived damaged: torn pictures are never shown.
    public var damagedFrames = 0
    /// Slots left empty because encoding took too long.
    public var droppedByEncoder = 0
    /// Frames thrown away because the network was too slow.
    public var droppedByNetwork = 0
    /// Frames that are missing on air, whatever the cause.
    public var dropped: Int { droppedByCapture + droppedByEncoder + droppedByNetwork }
    /// Mean time to convert and encode a frame; `nil` while none was.
    public var encodeMilliseconds: Double?
    /// How far the encoder's output is behind its input, by the pictures that it holds; `nil` before there was any.
    public var encoderDelayMilliseconds: Double?
    /// The slate is sent on wish instead of the source's picture.
    public var isSlate = false

    /// Nothing measured yet.
    public init() {}
  }

  /// The sound's way from the source to the encoder's output.
  public struct Audio: Codable, Equatable, Sendable {
    /// The source: its name and its format.
    public var source = ""
    /// Whether the source gives anything.
    public var sourceState = SourceState.opening
    /// Inputs that are read of the source; `nil` while it is not open, and where it has none.
    public var inputs: Int?
    /// Measured over the last two seconds; `nil` before there was one.
    public var kilobitsPerSecond: Int?
    /// Overruns that the driver reported.
    public var overruns = 0
    /// How much the resampler bends time to follow the sound card, in parts per million; `nil` while it does not.
    public var driftPartsPerMillion: Double?
    /// Loudness of what is sent, after gain and mute; `nil` before there was any sound.
    public var levels: AudioLevels?
    /// Silence is sent on wish.
    public var isMuted = false
    /// Amplification on wish.
    public var gainDecibels = 0.0

    /// Nothing measured yet.
    public init() {}
  }

  /// The connection, as both ends of it see it.
  public struct Transport: Codable, Equatable, Sendable {
    /// Bytes of RTMP handed to the kernel.
    public var bytesSent = 0
    /// As the peer's RTMP acknowledgements say; `nil` before the first.
    public var bytesAcknowledged: Int?
    /// As the transport says, TCP or SRT; `nil` while it said nothing, as all below.
    public var bytesAcknowledgedByTransport: Int?
    /// Bytes that the kernel still holds: sent without acknowledgement, and not sent.
    public var kernelQueueBytes: Int?
    /// The time that the path takes for those bytes; `nil` while it is not known what it takes: nothing has waited.
    public var kernelQueueMilliseconds: Double?
    /// Media time that waits in this program.
    public var queueMilliseconds = 0.0
    /// TCP's smoothed round-trip time.
    public var roundTripMilliseconds: Double?
    /// Segments that TCP sent again, or packets that SRT did.
    public var retransmits: Int?
    /// Packets that SRT threw away because they were too late for the receiver; `nil` over TCP.
    public var droppedByProtocol: Int?
    /// What SRT believes that the path can carry; `nil` over TCP, and where it has no idea.
    public var estimatedKilobitsPerSecond: Int?
    /// What the proxy says of its own end, where the stream goes through one.
    public var proxy: Proxy?
    /// From the driver's capture stamp to the hand-over to the kernel, median over the last seconds.
    public var captureToSocketMilliseconds: Double?

    /// Nothing measured yet.
    public init() {}

    /// The media time that waits in this program and in the kernel, as far as it is known.
    public var delayMilliseconds: Double { queueMilliseconds + (kernelQueueMilliseconds ?? 0) }
  }

  /// The proxy's end of the stream, as it tells it each second.
  public struct Proxy: Codable, Equatable, Sendable {
    /// Its ingest connection: `connecting`, `live`, `waiting` or `ended`.
    public var state = "connecting"
    /// Why it is not live.
    public var reason: String?
    /// What it received, over the last second; `nil` before it said so, as all below.
    public var kilobitsPerSecond: Int?
    /// Bytes that it sent to the ingest.
    public var bytesSent: Int?
    /// Bytes that the ingest acknowledged.
    public var bytesAcknowledged: Int?
    /// The time that what waits for the ingest takes.
    public var queueMilliseconds: Double?
    /// To the ingest.
    public var roundTripMilliseconds: Double?
    /// Reconnects to the ingest.
    public var reconnects: Int?
    /// What the ingest seems to take, while it is slow.
    public var suggestedKilobits: Int?
    /// What viewers may notice.
    public var warning: String?

    /// Nothing said yet.
    public init() {}
  }

  /// The recording beside the broadcast.
  public struct Recording: Codable, Equatable, Sendable {
    /// The file.
    public var path = ""
    /// Bytes of media in it.
    public var bytes = 0
    /// Frames that are missing in it because the disk was too slow.
    public var droppedFrames = 0
    /// Why it ended, if it did.
    public var failure: String?

    /// Nothing written yet.
    public init() {}
  }

  /// Where the broadcast is.
  public var phase = Phase.connecting
  /// CLOCK_MONOTONIC when this was taken.
  public var time = MediaTime.zero
  /// Since the broadcast first went live.
  public var onAirSeconds = 0.0
  /// Of these, how many there was no connection; `nil` where there always was one.
  public var disconnectedSeconds: Double?
  /// One judgement with its reason.
  public var verdict = Verdict(level: .pending, reason: "starting")
  /// The channel: the ingest's address, never a key.
  public var channel = ""
  /// The ingest or proxy that is sent to, where ``channel`` is a name; `nil` while that is not known.
  public var ingest: String?
  /// Where to watch, if that is known.
  public var playbackURL: String?
  /// Connections made again after one broke.
  public var reconnects = 0
  /// Connections that took the place of one without a gap, by request; `nil` where there were none.
  public var moves: Int?
  /// When the next attempt is due, while waiting.
  public var retryInSeconds: Double?
  /// The picture.
  public var video = Video()
  /// The sound.
  public var audio = Audio()
  /// The connection.
  public var transport = Transport()
  /// How the bitrate follows the network.
  public var rate = RateStatus()
  /// The recording, where there is one.
  public var recording: Recording?
  /// The file of the last recording that is complete.
  public var lastRecording: String?
  /// The file of the last snapshot.
  public var snapshot: String?
  /// What is chosen, as one would write it in the settings.
  public var choice = Choice()
  /// What could be chosen.
  public var offers = Offers()
  /// This machine.
  public var machine = Machine()
  /// The last events, oldest first, at most 200; `id` counts up for the life of the process.
  public var events: [BroadcastEvent] = []
  /// What the service itself says of the stream; `nil` while that is not known.
  public var service: ServiceHealth?

  /// Whether the chosen channel can be one: false for a name that is not saved where there is no account to ask.
  public var hasKnownChannel: Bool {
    let name = choice.channel
    return offers.account.state != .none || name == "ivs" || name.contains(":")
      || offers.channels.contains { $0.name == name }
  }

  /// Whether neither the camera nor the microphone that was chosen is missing.
  public var hasSources: Bool {
    [video.sourceState, audio.sourceState].allSatisfy { $0 == .opening || $0 == .running }
  }

  /// The status of a broadcast that has not begun.
  public init() {}
}
