internal import DequeModule
internal import Media
internal import NIOCore

/// The rules of ``PacketQueue``: bounded by media time, drops whole groups of pictures, never audio that fits.
///
/// Pure: no locks, no clock, no continuations.
struct PacketQueueStateMachine {
  /// Sound alone waits for the next picture this long, so that a reader is woken for a frame, not for each packet.
  static let soundTimeout: Duration = .milliseconds(100)

  /// Media time that may wait before video is dropped.
  var limit: Duration
  /// How long sound is kept for the picture of its moment, which an encoder holds back; in media time.
  let soundDelay: Duration
  /// Sound that is ahead of the picture, oldest first.
  private var held = Deque<EncodedPacket>()
  private var lastPicture: MediaTime?
  private(set) var packets = Deque<EncodedPacket>()
  /// Nobody wants packets while it is closed; they are let go without being counted.
  private(set) var isOpen: Bool
  /// Video packets are thrown away until the next keyframe.
  private var awaitsKeyframe = true
  /// A reader wants a keyframe though nothing is missing: another connection is to begin there.
  private var isKeyframeRequested = false
  /// Where what can be read begins: at a keyframe, with the sound from there on.
  private var beginning: MediaTime?
  /// Sound that came before the first keyframe did; a slow encoder's keyframe may be older than it.
  private var early = Deque<EncodedPacket>()
  /// More sound than that is not kept for a keyframe.
  private static let longestEarly: Duration = .seconds(1)
  private(set) var isFinished = false
  private var waitingVideo = 0
  /// Video frames thrown away since the queue was made; what comes before the first keyframe was never due.
  private(set) var droppedVideo = 0
  /// Video frames that were read since the queue was made.
  private(set) var passedVideo = 0
  /// Audio packets thrown away since the queue was made: only when nobody has read for twice the limit.
  private(set) var droppedAudio = 0

  init(limit: Duration, soundDelay: Duration = .zero, isOpen: Bool = true) {
    self.limit = limit
    self.soundDelay = soundDelay
    self.isOpen = isOpen
  }

  /// Whether nothing comes any more.
  var isOver: Bool { isFinished || !isOpen }

  /// Whether no picture can go on until the encoder makes an IDR, or one was asked for.
  var needsKeyframe: Bool { !isOver && (awaitsKeyframe ? hasRoom : isKeyframeRequested) }

  /// Has the encoder make an IDR, unless one waits already; nothing is let go of.
  mutating func requestKeyframe() {
    guard !isOver, !packets.contains(where: \.isKeyframe) else { return }
    isKeyframeRequested = true
  }

  /// After video was dropped it comes back when half of what waits has gone; else each new group would be dropped too.
  private var hasRoom: Bool { depth <= limit / 2 }

  /// Media time that waits, of the track of which more does.
  ///
  /// Each track by itself: sound that a starved thread brings late is behind the pictures, and nothing waits.
  var depth: Duration { max(span(of: \.isVideo), span { !$0.isVideo }) }

  /// Bytes that wait for the reader.
  var waitingBytes: Int { packets.reduce(0) { $0 + $1.payload.readableBytes } }

  private func span(of track: (EncodedPacket) -> Bool) -> Duration {
    guard let first = packets.first(where: track), let last = packets.last(where: track) else { return .zero }
    return max(.zero, last.decodeTime - first.decodeTime)
  }

  mutating func push(_ packet: EncodedPacket) {
    guard !isOver else { return }
    if packet.isVideo {
      lastPicture = packet.decodeTime
      while let sound = held.first, sound.decodeTime <= packet.decodeTime { add(held.removeFirst()) }
      add(packet)
    } else if soundDelay == .zero || lastPicture.map({ packet.decodeTime <= $0 }) ?? false {
      add(packet)
    } else {
      held.append(packet)
      while let first = held.first, packet.decodeTime - first.decodeTime > soundDelay { add(held.removeFirst()) }
    }
  }

  private mutating func add(_ packet: EncodedPacket) {
    if packet.isVideo && awaitsKeyframe {
      guard packet.isKeyframe, hasRoom else {
        if beginning != nil { droppedVideo += 1 }
        return
      }
      awaitsKeyframe = false
      if beginning == nil { return begin(with: packet) }
    }
    if packet.isKeyframe { isKeyframeRequested = false }
    guard let beginning else { return keepEarly(packet) }
    guard packet.decodeTime >= beginning else { return }
    packets.append(packet)
    if packet.isVideo { waitingVideo += 1 }
    if span(of: \.isVideo) > limit || depth > limit * 2 { shed() }
  }

  /// The first keyframe: the sound from its moment on follows it, what belongs before it is not wanted.
  private mutating func begin(with keyframe: EncodedPacket) {
    beginning = keyframe.decodeTime
    packets.append(keyframe)
    waitingVideo = 1
    for sound in early where sound.decodeTime >= keyframe.decodeTime { packets.append(sound) }
    early.removeAll()
  }

  private mutating func keepEarly(_ sound: EncodedPacket) {
    early.append(sound)
    while let first = early.first, sound.decodeTime - first.decodeTime > Self.longestEarly { early.removeFirst() }
  }

  /// Over the limit: keeps audio and what follows the last waiting keyframe, if there is one beyond the oldest group.
  private mutating func shed() {
    let lastKeyframe = packets.lastIndex { $0.isKeyframe }
    let firstVideo = packets.firstIndex { $0.isVideo }
    let indexAfterLast = packets.endIndex
    var keepFrom = indexAfterLast
    if let lastKeyframe, let firstVideo, lastKeyframe > firstVideo { keepFrom = lastKeyframe }
    var kept = Deque<EncodedPacket>(minimumCapacity: packets.count)
    for (index, packet) in packets.enumerated() {
      if packet.isVideo && index < keepFrom { droppedVideo += 1 } else { kept.append(packet) }
    }
    packets = kept
    while depth > limit * 2, let first = packets.popFirst() {
      if first.isVideo { droppedVideo += 1 } else { droppedAudio += 1 }
    }
    waitingVideo = packets.count { $0.isVideo }
    if keepFrom == indexAfterLast || waitingVideo == 0 { awaitsKeyframe = true }
  }

  /// Whether it is worth waking a reader.
  var isReadable: Bool {
    !packets.isEmpty && (waitingVideo > 0 || isOver || depth >= Self.soundTimeout)
  }

  /// The next packet, if there is one that is worth it.
  mutating func pop() -> EncodedPacket? {
    guard isReadable, let packet = packets.popFirst() else { return nil }
    if packet.isVideo {
      waitingVideo -= 1
      passedVideo += 1
    }
    return packet
  }

  /// Empties the queue, opens it and waits for a keyframe: a new connection begins.
  mutating func open() {
    held.removeAll(keepingCapacity: true)
    lastPicture = nil
    packets.removeAll(keepingCapacity: true)
    early.removeAll(keepingCapacity: true)
    waitingVideo = 0
    (awaitsKeyframe, isKeyframeRequested) = (true, false)
    beginning = nil
    isOpen = true
  }

  /// Empties the queue and lets go of what comes: there is no connection.
  mutating func close() {
    held.removeAll(keepingCapacity: true)
    packets.removeAll(keepingCapacity: true)
    early.removeAll(keepingCapacity: true)
    waitingVideo = 0
    isOpen = false
  }

  /// No more packets come; what waits may still be read.
  mutating func finish() {
    while let sound = held.popFirst() { add(sound) }
    isFinished = true
  }
}
