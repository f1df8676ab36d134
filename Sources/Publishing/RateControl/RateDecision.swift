package import Media

/// What the stream may cost from now on, and why.
package struct RateDecision: Sendable, Equatable {
  /// Why the bitrate changed.
  package enum Reason: Sendable, Equatable {
    /// More waits than the path takes away.
    case slowPath
    /// Nothing is acknowledged.
    case silence(Duration)
    /// What had piled up is gone: as much as the path takes.
    case drained
    /// Nothing waits: a little more is tried.
    case probing
    /// The path takes all that was requested.
    case recovered
    /// The operator, or a setting, asks for something else.
    case requested
  }

  /// When, on the CLOCK_MONOTONIC timeline.
  package var time: MediaTime
  /// The video bitrate that is allowed.
  package var bitrate: Bitrate
  /// What it was.
  package var before: Bitrate
  /// What the path takes in all, where it was measured.
  package var path: Bitrate?
  /// How long what is outstanding needs on that path; `nil` where that is not known.
  package var delay: Duration?
  /// Why.
  package var reason: Reason
}
