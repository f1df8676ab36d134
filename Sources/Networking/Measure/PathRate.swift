package import Media

/// What the path to the peer takes: the rate of acknowledgements while more waited than it carried away.
///
/// A sender that waits for its own pictures learns nothing of the path: only what is acknowledged while unsent bytes
/// wait counts. Pure: times come from outside.
package struct PathRate: Sendable {
  /// The rate is that of the last so much time under load.
  static let window = Duration.seconds(2)
  /// Less time under load says nothing.
  static let shortest = Duration.milliseconds(350)
  /// What was measured is true for so long.
  static let validity = Duration.seconds(5)

  private struct Span {
    let bytes: UInt64
    let from: MediaTime
    let to: MediaTime
  }

  private var last: (acknowledged: UInt64, time: MediaTime, isBacklogged: Bool)?
  /// Oldest first.
  private var spans: [Span] = []

  /// Nothing known yet.
  package init() {}

  /// Takes what was acknowledged in all, and whether unsent bytes wait.
  package mutating func look(acknowledged: UInt64, isBacklogged: Bool, at now: MediaTime) {
    defer { last = (acknowledged, now, isBacklogged) }
    spans.removeAll { now - $0.to > Self.validity }
    guard let last, last.isBacklogged, isBacklogged, now > last.time, acknowledged >= last.acknowledged else { return }
    spans.append(Span(bytes: acknowledged - last.acknowledged, from: last.time, to: now))
    while spans.count > 1, measured - (spans[0].to - spans[0].from) >= Self.window { spans.removeFirst() }
  }

  private var measured: Duration { spans.reduce(.zero) { $0 + ($1.to - $1.from) } }

  /// Bits a second; `nil` while that is not known.
  package var bitsPerSecond: Double? {
    let (time, bytes) = (measured, spans.reduce(0) { $0 + $1.bytes })
    guard time >= Self.shortest, bytes > 0 else { return nil }
    return Double(bytes) * 8 / time.inSeconds
  }

  /// How long the path takes for so many bytes; `nil` where that is not known.
  package func duration(ofBytes bytes: Int) -> Duration? {
    if bytes == 0 { return .zero }
    return bitsPerSecond.map { .seconds(Double(bytes) * 8 / $0) }
  }
}
