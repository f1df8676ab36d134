public import Media

/// Puts the times of a source that may jump, pause or begin anew on one timeline that only goes on.
///
/// Pure. Both tracks share one offset, so what was together stays together; the offset changes only where the source's
/// times and the time that really passed contradict each other.
public struct ContinuousTimeline: Sendable {
  /// Where the first packet of all is put: room for packets of the other track that are a little older.
  public static let beginning = MediaTime(milliseconds: 200)
  /// A track that goes back by more than this has jumped.
  private static let longestStepBack: Duration = .seconds(1)
  /// A track that runs ahead of the time that passed by more than this has jumped.
  private static let longestStepAhead: Duration = .seconds(5)

  /// Times are taken for true up to 36 years from zero; what lies beyond counts as that.
  private static let bounds = MediaTime(nanoseconds: -1 << 60)...MediaTime(nanoseconds: 1 << 60)

  private var offset: Duration?
  private var newest: MediaTime?
  private var lastNow = MediaTime.zero
  private var lastVideo: MediaTime?
  private var lastAudio: MediaTime?
  /// Jumps that were bridged.
  public private(set) var jumps = 0

  /// An empty timeline.
  public init() {}

  /// The newest time that was given out.
  public var end: MediaTime? { newest }

  /// The source begins anew: the next packet follows what came before, by the time that passes until then.
  public mutating func restart() { offset = nil }

  /// What has to be added to the packet's times.
  /// - Parameters:
  ///   - time: the packet's decode time, as the source has it.
  ///   - isVideo: which track it is of.
  ///   - now: CLOCK_MONOTONIC.
  public mutating func place(_ time: MediaTime, isVideo: Bool, at now: MediaTime) -> Duration {
    let time = max(Self.bounds.lowerBound, min(Self.bounds.upperBound, time))
    let passed = max(.zero, now - lastNow)
    var placed: MediaTime
    if let offset, !hasJumped(time + offset, isVideo: isVideo, after: passed) {
      placed = time + offset
    } else {
      if offset != nil { jumps += 1 }
      placed = newest.map { $0 + max(.milliseconds(1), min(passed, .seconds(60))) } ?? Self.beginning
      offset = placed - time
    }
    // Within one track time never goes back, whatever the interleaving was.
    placed = max(placed, (isVideo ? lastVideo : lastAudio) ?? .zero)
    if isVideo { lastVideo = placed } else { lastAudio = placed }
    newest = max(newest ?? placed, placed)
    lastNow = now
    return placed - time
  }

  private func hasJumped(_ placed: MediaTime, isVideo: Bool, after passed: Duration) -> Bool {
    if let newest, placed - newest > passed + Self.longestStepAhead { return true }
    guard let last = isVideo ? lastVideo : lastAudio else { return false }
    return last - placed > Self.longestStepBack
  }
}

extension EncodedPacket {
  /// The same packet later by `offset`.
  public func later(by offset: Duration) -> EncodedPacket {
    var packet = self
    packet.presentationTime = presentationTime + offset
    packet.decodeTime = decodeTime + offset
    return packet
  }
}
