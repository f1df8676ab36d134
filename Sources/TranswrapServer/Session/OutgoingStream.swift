internal import Media
internal import NIOCore
internal import Packets

/// What of a client's stream goes to its ingest: on one timeline, from a keyframe on, with silence where it has no sound.
///
/// Pure.
struct OutgoingStream {
  /// What a description meant.
  enum Change: Equatable {
    case first
    case changed
    case none
  }

  /// What can be done with packets now.
  enum Outlet {
    case open
    /// A connection is being made: it will begin with the newest keyframe.
    case opening
    case none
  }

  /// Bytes held while a connection is being made: more than a group of pictures of 8.5 Mbit/s and 5 s.
  private static let heldLimit = 8 << 20
  /// Packets held meanwhile, however small they are.
  private static let heldCountLimit = 4096

  /// The tracks, sound always among them; `nil` before the client's were known.
  private(set) var description: StreamDescription?
  /// Packets that nobody wanted, since the last call of ``takeDropped()``.
  private var dropped = 0
  private let silence: SilentSound
  private var timeline = ContinuousTimeline()
  private var pace = MediaPace()
  private var bound = DelayBound()
  /// Where silence goes on; `nil` while there is sound.
  private var silent: MediaTime?
  /// Where the last silence ended.
  private var silenceEnd: MediaTime?
  /// Packets for the next write.
  private var batch: [EncodedPacket] = []
  /// While a connection is being made: the packets since the newest keyframe.
  private var held: [EncodedPacket] = []
  private var heldBytes = 0
  private var holdsPicture = false
  /// What the ingest connection begins with; `nil` until its first keyframe.
  private var beginning: MediaTime?

  init(silence: SilentSound) { self.silence = silence }

  /// The client begins anew; it may do so in the middle of a group of pictures.
  /// - Parameter isContinuous: its times go on.
  mutating func restart(isContinuous: Bool = false) {
    beginning = nil
    guard !isContinuous else { return }
    timeline.restart()
    bound.restart()
  }

  /// The tracks from here on, of which video is one.
  mutating func describe(_ described: StreamDescription) -> Change {
    var described = described
    if described.audio == nil {
      described.audio = silence.description
      silent = silent ?? timeline.end ?? ContinuousTimeline.beginning
    } else {
      silent = nil
    }
    guard described != description else { return .none }
    defer { description = described }
    guard description != nil else { return .first }
    letGoOfHeld()
    return .changed
  }

  /// Whether pictures are let go because the ingest has put the stream too far behind.
  var isSkipping: Bool { bound.isSkipping }

  /// Takes the client's next packet.
  /// - Parameter held: how long of the time since the one before the ingest took nothing.
  mutating func take(_ packet: EncodedPacket, held: Duration = .zero, at now: MediaTime, to outlet: Outlet) {
    let jumps = timeline.jumps
    let placed = packet.later(by: timeline.place(packet.decodeTime, isVideo: packet.isVideo, at: now))
    pace.advance(to: timeline.end ?? placed.decodeTime, at: now)
    // Times that begin anew say nothing of what is behind.
    if timeline.jumps != jumps { bound.restart() }
    let kind: DelayBound.Kind = packet.isKeyframe ? .keyframe : packet.isVideo ? .picture : .sound
    let passes = bound.passes(kind, end: timeline.end ?? placed.decodeTime, held: held, at: now)
    switch outlet {
    case .open where !passes: dropped += 1
    case .open:
      if beginning == nil, placed.isKeyframe { beginning = placed.decodeTime }
      append(placed)
    case .opening: hold(placed)
    case .none: dropped += 1
    }
  }

  private mutating func append(_ packet: EncodedPacket) {
    // Sound from before the first picture would have to be in the past of the connection.
    guard let beginning, packet.decodeTime >= beginning else {
      dropped += 1
      return
    }
    // Where sound began late, it takes over from the silence and does not go back behind it.
    if !packet.isVideo, let silenceEnd, packet.decodeTime < silenceEnd { return }
    if packet.isVideo, let silent {
      // Silence is not owed for pictures that were let go.
      var start = max(silent, beginning)
      batch += silence.packets(from: &start, until: packet.decodeTime)
      self.silent = start
      silenceEnd = start
    }
    batch.append(packet)
  }

  /// Keeps what a connection that is being made begins with: the newest keyframe, and what follows it.
  private mutating func hold(_ packet: EncodedPacket) {
    if packet.isKeyframe {
      // Sound that came before its picture did stays.
      held.removeAll { $0.isVideo || $0.decodeTime < packet.decodeTime }
      heldBytes = held.reduce(0) { $0 + $1.payload.readableBytes }
    } else if heldBytes > Self.heldLimit || held.count >= Self.heldCountLimit {
      letGoOfHeld()
    }
    holdsPicture = holdsPicture || packet.isKeyframe
    guard holdsPicture || !packet.isVideo else { return }
    held.append(packet)
    heldBytes += packet.payload.readableBytes
  }

  private mutating func letGoOfHeld() {
    held = []
    heldBytes = 0
    holdsPicture = false
  }

  /// A connection is open: what was held is what it begins with.
  mutating func open() {
    beginning = held.first(where: \.isVideo)?.decodeTime
    for packet in held { append(packet) }
    letGoOfHeld()
  }

  /// The connection is gone, with what was for it.
  mutating func close() {
    batch = []
    letGoOfHeld()
    bound.restart()
  }

  /// How long to wait until more may be taken; `nil` where it may be now.
  func wait(at now: MediaTime) -> Duration? { pace.wait(at: now) }

  /// Packets that are to be written.
  var batchCount: Int { batch.count }

  /// What is to be written now.
  mutating func takeBatch() -> [EncodedPacket] {
    defer { batch = [] }
    return batch
  }

  /// Packets that nobody wanted, since the last call.
  mutating func takeDropped() -> Int {
    defer { dropped = 0 }
    return dropped
  }
}
