package import Media

/// Tells a dead connection from a slow one: something waits, and the peer acknowledges nothing of it.
///
/// Pure: times come from outside.
package struct StallWatch: Sendable {
  private let limit: Duration
  private var standstill: (acknowledged: UInt64, since: MediaTime)?

  /// Makes a watch that finds a standstill of this length.
  package init(limit: Duration) { self.limit = limit }

  /// How often to look.
  package var period: Duration { limit / 4 }

  /// Takes what was acknowledged in all, and whether anything waits for that.
  package mutating func look(acknowledged: UInt64, isWaiting: Bool, at now: MediaTime) {
    guard isWaiting else { return isIdle() }
    if let standstill, standstill.acknowledged == acknowledged { return }
    standstill = (acknowledged, now)
  }

  /// Nothing waits.
  package mutating func isIdle() { standstill = nil }

  /// How long nothing has moved.
  package func idleTime(at now: MediaTime) -> Duration { standstill.map { now - $0.since } ?? .zero }

  /// Whether nothing has moved for the limit.
  package func isStalled(at now: MediaTime) -> Bool { idleTime(at: now) >= limit }
}
