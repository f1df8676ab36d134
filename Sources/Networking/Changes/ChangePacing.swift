package import Media

/// When changes of the network are told: not each of the many that come together, and not too often.
///
/// Pure: times come from outside.
package struct ChangePacing: Equatable, Sendable {
  /// What comes within this time is one change: a link that comes up brings addresses and routes.
  package static let settling: Duration = .milliseconds(200)
  /// From one telling to the next, however often an interface comes and goes.
  package static let least: Duration = .seconds(1)

  /// When there is something to tell.
  package private(set) var due: MediaTime?
  private var last: MediaTime?

  /// Nothing happened yet.
  package init() {}

  /// Something changed.
  package mutating func noted(at now: MediaTime) {
    guard due == nil else { return }
    let settled = now + Self.settling
    due = last.map { max(settled, $0 + Self.least) } ?? settled
  }

  /// Whether it is to be told now; true once for each time that is due.
  package mutating func isDue(at now: MediaTime) -> Bool {
    guard let time = due, now >= time else { return false }
    (due, last) = (nil, now)
    return true
  }
}
