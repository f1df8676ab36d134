/// With which priority a connection takes over a stream that still runs (IVS stream takeover).
///
/// A connection that broke may hold its channel for another 30 s. One that comes with a higher priority takes its
/// place, and viewers see the same stream go on. Pure.
package struct Takeover: Equatable, Sendable {
  /// What IVS allows for one stream.
  package static let mostPerStream = 100

  /// What goes with the next connection; `nil` is a stream that takes nothing over.
  package private(set) var priority: Int?
  private var count = 0
  /// Another broadcaster took the stream: it is not fought for.
  private var hasYielded = false

  /// Prepares for the first connection.
  /// - Parameter isRequested: somebody else's stream is to be taken over at once.
  /// - Parameter wallSeconds: since 1970. Later takeovers by whichever box have greater numbers by it, so that the
  ///   operator's last request wins; those that only follow a lost connection count up from one, far below.
  package init(isRequested: Bool, wallSeconds: Int) {
    priority = isRequested ? max(1, min(Int(Int32.max) - 1000, wallSeconds - Self.epoch)) : nil
  }

  /// 2020-01-01, in seconds since 1970: keeps the numbers within 31 bits until 2088.
  private static let epoch = 1_577_836_800

  /// A connection over which media went is gone: the next one takes its place.
  package mutating func lost() {
    guard !hasYielded else { return }
    count += 1
    // More would be refused: without a priority the channel is free again after 30 s.
    priority = count <= Self.mostPerStream ? (priority ?? 0) + 1 : nil
  }

  /// The same for a connection that takes the place of the one that runs.
  package var raised: Takeover {
    var raised = self
    raised.lost()
    return raised
  }

  /// The ingest took a connection: one that took nothing over is another stream, whose takeovers count anew.
  package mutating func accepted() {
    if priority == nil { count = 0 }
  }

  /// This stream has been ended: the next one is another, and the channel is free for it.
  package mutating func ended() { (priority, count) = (nil, 0) }

  /// Somebody else took the stream over by their operator's request: coming back must not take it from them again.
  package mutating func yielded() { hasYielded = true }

  /// The service shows this program's stream.
  /// - Parameter isNew: another stream than before, of which no takeovers have been counted yet.
  package mutating func shown(isNew: Bool) {
    hasYielded = false
    if isNew { count = 0 }
  }
}
