internal import Media

/// A pipeline's part in the session's time: arrives once, then knows the origin.
///
/// Owned by the pipeline's thread.
struct PipelineClock {
  private let shared: SessionOrigin
  /// Whether this pipeline has had media.
  private(set) var hasArrived = false
  /// The session's zero on the CLOCK_MONOTONIC timeline, once both pipelines have had media.
  var origin: MediaTime? { hasArrived ? shared.time : nil }

  init(_ shared: SessionOrigin) { self.shared = shared }

  /// Says that there is media; the origin, or `nil` while the other pipeline is still opening.
  mutating func arrive() -> MediaTime? {
    if !hasArrived { shared.arrive() }
    hasArrived = true
    return origin
  }

  /// A CLOCK_MONOTONIC moment as media time of the session; zero before the origin is settled.
  func sessionTime(_ time: MediaTime) -> MediaTime {
    guard let origin else { return .zero }
    return MediaTime(nanoseconds: time.nanoseconds - origin.nanoseconds)
  }
}
