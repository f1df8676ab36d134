package import Media

/// Tells a dead connection from a slow one: something waits, and the peer acknowledges nothing of it.
///
/// Time in which nobody looked, as while the process was stopped, says nothing of the peer and is not counted. Pure:
/// times come from outside.
package struct StallWatch: Sendable {
  /// Looks that are later than this are taken for the first ones again.
  private static let grace: Duration = .seconds(1)

  /// How often to look.
  package let period: Duration
  private let limit: Duration
  private var standstill: (acknowledged: UInt64, since: MediaTime, seen: MediaTime)?

  /// Makes a watch that has found a standstill when it is this long, if it is asked each `period`; an eighth where none
  /// is named.
  package init(limit: Duration, period: Duration? = nil) {
    self.limit = limit
    self.period = period ?? limit / 8
  }

  /// Takes what was acknowledged in all, and whether anything waits for that.
  package mutating func look(acknowledged: UInt64, isWaiting: Bool, at now: MediaTime) {
    guard isWaiting else { return isIdle() }
    if let last = standstill, last.acknowledged == acknowledged, now - last.seen <= period * 2 + Self.grace {
      standstill = (acknowledged, last.since, now)
    } else {
      standstill = (acknowledged, now, now)
    }
  }

  /// Nothing waits.
  package mutating func isIdle() { standstill = nil }

  /// How long nothing has moved.
  package func idleTime(at now: MediaTime) -> Duration { standstill.map { now - $0.since } ?? .zero }

  /// Whether nothing has moved for the limit; it may have begun a period before it was seen.
  package func isStalled(at now: MediaTime) -> Bool { idleTime(at: now) + period >= limit }
}
