package import Media

/// What ``RateControl`` reads from the encoder's side, and what it tells it; any thread.
package struct RateActuator: Sendable {
  /// What is wanted now; `nil` while nothing is to be decided: the bitrate is what was requested.
  package let limits: @Sendable () -> RateLimits?
  /// What is allowed from now on.
  package let apply: @Sendable (RateState) -> Void

  /// Makes it.
  package init(limits: @escaping @Sendable () -> RateLimits?, apply: @escaping @Sendable (RateState) -> Void) {
    self.limits = limits
    self.apply = apply
  }
}

/// What is allowed at one moment.
package struct RateState: Sendable, Equatable {
  /// The video bitrate that is allowed; `nil` is whatever is requested.
  package var allowed: Bitrate?
  /// The picture changes no more often than that; zero is each frame.
  package var pictureInterval: Duration = .zero
  /// What the path takes in all, where it was measured.
  package var path: Bitrate?
  /// The decision, where there is one.
  package var decision: RateDecision?

  /// Nothing is limited.
  package static let unlimited = RateState()
}
