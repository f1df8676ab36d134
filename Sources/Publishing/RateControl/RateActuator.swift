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
