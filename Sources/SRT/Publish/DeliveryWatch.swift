internal import Media

/// Tells a dead connection from a slow one: something waits, and the peer acknowledges nothing of it.
///
/// Pure: times come from outside.
struct DeliveryWatch {
  private let limit: Duration
  private var standstill: (acknowledged: UInt64, since: MediaTime)?

  /// Makes a watch that finds a standstill of this length.
  init(limit: Duration) { self.limit = limit }

  /// Takes what was acknowledged in all, and whether anything waits for that.
  mutating func look(acknowledged: UInt64, isWaiting: Bool, at now: MediaTime) {
    guard isWaiting else {
      standstill = nil
      return
    }
    if let standstill, standstill.acknowledged == acknowledged { return }
    standstill = (acknowledged, now)
  }

  /// How long nothing has moved.
  func idleTime(at now: MediaTime) -> Duration { standstill.map { now - $0.since } ?? .zero }

  /// Whether nothing has moved for the limit.
  func isStalled(at now: MediaTime) -> Bool { idleTime(at: now) >= limit }
}
