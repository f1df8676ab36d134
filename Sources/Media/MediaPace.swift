/// How far a source's media runs ahead of the time that passes, and how long to wait for the time to come after it.
///
/// Pure. A source that stood still may make up for it, and a clock that is a little fast is no haste.
public struct MediaPace: Sendable {
  /// How far it may be ahead before it has to wait.
  public static let limit: Duration = .seconds(5)
  /// What it may make up for at most.
  private static let credit: Duration = .seconds(60)
  /// Clocks of cameras and sound cards are right within this part.
  private static let tolerance = 1000

  private var lead: Duration = .zero
  private var last: (end: MediaTime, now: MediaTime)?

  /// Nothing has come yet.
  public init() {}

  /// The media has come to `end`, which never goes back.
  /// - Parameter now: CLOCK_MONOTONIC.
  public mutating func advance(to end: MediaTime, at now: MediaTime) {
    defer { last = (end, now) }
    guard let last else { return }
    lead = max(.zero - Self.credit, lead(at: now) + max(.zero, end - last.end))
  }

  /// How long to wait before more is taken; `nil` where it may be now.
  public func wait(at now: MediaTime) -> Duration? {
    let ahead = lead(at: now)
    guard ahead > Self.limit else { return nil }
    // A little at least, so that waiting costs no more than it saves.
    return max(.milliseconds(20), ahead - Self.limit)
  }

  private func lead(at now: MediaTime) -> Duration {
    guard let last else { return .zero }
    let passed = max(.zero, now - last.now)
    return lead - passed - passed / Self.tolerance
  }
}
