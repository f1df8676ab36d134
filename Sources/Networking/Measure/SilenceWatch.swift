package import Media

/// Notices that a peer's program stands still while its system still takes bytes: it acknowledges nothing any more,
/// though more arrived than ever before between two of its acknowledgements.
///
/// Only for peers that acknowledge in the protocol, as often as they have shown so far. Pure: times come from outside.
package struct SilenceWatch: Sendable {
  /// Acknowledgements after which a peer's habit is known.
  static let habit = 5

  private let limit: Duration
  private let period: Duration
  private var last: (acknowledged: UInt64, delivered: UInt64, at: MediaTime)?
  private var looked: MediaTime?
  private var largestGap: UInt64 = 0
  private var count = 0

  /// Makes a watch that has noticed a silence when it is this long, if it is asked each `period`.
  package init(limit: Duration, period: Duration) { (self.limit, self.period) = (limit, period) }

  /// Takes what the peer's program acknowledged in all, `nil` where it says nothing that can be trusted, and what its
  /// system did.
  package mutating func look(acknowledged: UInt64?, delivered: UInt64, at now: MediaTime) {
    defer { looked = now }
    guard let acknowledged else { return last = nil }
    guard let before = last else { return last = (acknowledged, delivered, now) }
    if acknowledged != before.acknowledged {
      largestGap = max(largestGap, delivered &- before.delivered)
      count += 1
      last = (acknowledged, delivered, now)
    } else if let looked, now - looked > period * 3 {
      // Nobody looked, as while the process was stopped: what came meanwhile is still to be read.
      last = (acknowledged, before.delivered, now)
    }
  }

  /// Whether the peer has said nothing for the limit, and should have.
  package func isSilent(delivered: UInt64, at now: MediaTime) -> Bool {
    guard count >= Self.habit, let last else { return false }
    return now - last.at + period >= limit && delivered &- last.delivered > largestGap + largestGap / 2
  }
}
