internal import Media
internal import Networking
internal import Packets
internal import RTMP
internal import Transwrap

/// What one session measures of both its ends; pure.
struct SessionMeter {
  /// Packets per second are averaged over so many ticks for the limit.
  private static let limitWindow = 5
  /// Pictures and frames of sound in a second: several times as many as any camera and microphone make.
  static let packetLimit = 1000
  /// A picture that begins with no keyframe for so long cannot be joined by viewers in time; IVS's own limit.
  private static let keyframeLimit: Duration = .seconds(5)

  private(set) var bytesReceived: UInt64 = 0
  private(set) var bytesSent: UInt64 = 0
  private var unreported = 0
  private var unreportedSent = 0
  private var sentBefore: UInt64 = 0
  private var bytesOfTick = 0
  private var packetsOfTicks: [Int] = []
  private var packetsOfTick = 0
  private var framesOfTick = 0
  private var lastTick: MediaTime
  /// Of the last whole tick.
  private var kilobitsPerSecond = 0
  private var framesPerSecond = 0.0
  private var lastReceived: MediaTime
  private var liveSince: MediaTime?
  private var lastKeyframe: MediaTime?
  private var keyframeInterval: Duration?
  private var hasWarned = false
  private var queue = 0
  private var acknowledged: (bytes: UInt64, time: MediaTime)?
  private var goodput: Int?
  private var path = PathRate()
  private var lastQueueMilliseconds = 0.0

  init(at now: MediaTime) {
    lastTick = now
    lastReceived = now
  }

  mutating func received(_ bytes: Int) {
    bytesReceived += UInt64(bytes)
    bytesOfTick += bytes
    unreported += bytes
  }

  mutating func saw(_ packet: EncodedPacket, at now: MediaTime) {
    packetsOfTick += 1
    guard packet.isVideo else { return }
    framesOfTick += 1
    guard packet.isKeyframe else { return }
    if let lastKeyframe { keyframeInterval = now - lastKeyframe }
    lastKeyframe = now
    hasWarned = false
  }

  mutating func isLive(at now: MediaTime) {
    liveSince = liveSince ?? now
    lastKeyframe = lastKeyframe ?? now
  }

  /// The next connection counts from zero.
  mutating func connectionEnded() {
    sentBefore = 0
    acknowledged = nil
    path = PathRate()
    lastQueueMilliseconds = 0
  }

  /// Ends a tick, a second or so, and says which limit the client broke in it.
  /// - Parameters:
  ///   - isExpected: whether bytes are to come: a client is there, and its connection is read.
  ///   - isPaced: whether the client is only held up because its media is ahead of the clock, which is no excuse.
  mutating func endTick(
    _ limits: ProxySettings.Limits, isExpected: Bool, isPaced: Bool = false, at now: MediaTime
  ) -> ServerEvent.Notice? {
    let seconds = max(0.001, (now - lastTick).inSeconds)
    kilobitsPerSecond = Int(Double(bytesOfTick) * 8 / seconds / 1000)
    framesPerSecond = (Double(framesOfTick) / seconds * 10).rounded() / 10
    defer { (lastTick, bytesOfTick, framesOfTick, packetsOfTick) = (now, 0, 0, 0) }
    if bytesOfTick > 0 || !isExpected || isPaced { lastReceived = now }
    if isExpected {
      packetsOfTicks.append(packetsOfTick)
    } else {
      // What could not be sent meanwhile comes afterwards, and is no haste of the client's.
      packetsOfTicks = []
      if lastKeyframe != nil { lastKeyframe = now }
    }
    if packetsOfTicks.count > Self.limitWindow { packetsOfTicks.removeFirst() }
    if now - lastReceived >= limits.idle {
      return .init(code: "idle", message: "no media came for \(Int(limits.idle.inSeconds)) s")
    }
    guard packetsOfTicks.reduce(0, +) > Self.packetLimit * Self.limitWindow else { return nil }
    return .init(
      code: "packet-rate",
      message: "the stream has more than \(Self.packetLimit) pictures and frames of sound in a second")
  }

  /// Something about the client's stream that viewers may notice; once for each time.
  mutating func warning(at now: MediaTime) -> ServerEvent.Notice? {
    guard !hasWarned, let lastKeyframe, now - lastKeyframe > Self.keyframeLimit else { return nil }
    hasWarned = true
    return .init(
      code: "no-keyframe",
      message: "no keyframe for \(Int((now - lastKeyframe).inSeconds)) s: IVS wants one each 2 s, and never later than "
        + "each 5 s")
  }

  /// The figures of the last second.
  mutating func statistics(
    _ figures: TransportStatistics?, reconnects: Int, at now: MediaTime
  ) -> ServerEvent.Statistics {
    var result = ServerEvent.Statistics()
    result.secondsOnAir = liveSince.map { (now - $0).inSeconds } ?? 0
    result.bytesReceived = bytesReceived
    result.kilobitsPerSecond = kilobitsPerSecond
    result.framesPerSecond = framesPerSecond
    result.keyframeIntervalSeconds = keyframeInterval.map { ($0.inSeconds * 100).rounded() / 100 }
    result.reconnects = reconnects
    if let figures {
      let fresh = figures.bytesSent - min(sentBefore, figures.bytesSent)
      sentBefore = figures.bytesSent
      bytesSent += fresh
      unreportedSent += Int(clamping: fresh)
      measure(figures, at: now)
      result.bytesAcknowledged = figures.bytesAcknowledged ?? figures.transportBytesAcknowledged ?? 0
      result.queueMilliseconds = lastQueueMilliseconds
      result.roundTripMilliseconds = figures.roundTripTime.map { ($0.inMilliseconds * 10).rounded() / 10 } ?? 0
    }
    result.bytesSent = bytesSent
    return result
  }

  private mutating func measure(_ figures: TransportStatistics, at now: MediaTime) {
    let bytes = figures.transportBytesAcknowledged ?? 0
    if let acknowledged, now - acknowledged.time >= .milliseconds(500) {
      let fresh = bytes - min(acknowledged.bytes, bytes)
      goodput = Int(Double(fresh) * 8 / (now - acknowledged.time).inSeconds / 1000)
    }
    acknowledged = (bytes, now)
    path.look(acknowledged: bytes, isBacklogged: (figures.kernelUnsentBytes ?? 0) > 0, at: now)
    let waiting = figures.kernelQueueBytes ?? 0
    // At the rate that the path takes; where that was never the limit, at that of the stream.
    let rate = Double(max(goodput ?? 0, kilobitsPerSecond)) * 1000
    let queued = path.duration(ofBytes: waiting) ?? .seconds(Double(waiting) * 8 / max(100_000, rate))
    lastQueueMilliseconds = queued.inMilliseconds.rounded()
  }

  /// What a client is told of a slow ingest.
  func congestion(at now: MediaTime) -> ServerEvent.Congestion {
    // Of what the ingest takes, part is sound, and a bit of room lets the queue shrink.
    let suggestion = goodput.map { max(100, Int(Double($0) * 0.85) - 128) }
    return .init(queueMilliseconds: max(100, lastQueueMilliseconds), suggestedKilobits: suggestion)
  }

  /// Bytes since the last call.
  mutating func takeUnreported() -> Int {
    defer { unreported = 0 }
    return unreported
  }

  /// Bytes to ingests since the last call.
  mutating func takeUnreportedSent() -> Int {
    defer { unreportedSent = 0 }
    return unreportedSent
  }

  /// By how much the queue grew.
  mutating func takeQueue(_ milliseconds: Int) -> Int {
    defer { queue = milliseconds }
    return milliseconds - queue
  }
}
