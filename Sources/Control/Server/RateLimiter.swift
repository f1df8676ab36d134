internal import Media

/// How fast something may happen: some times at once, and after that in even steps.
///
/// Pure.
struct RateLimiter {
  private let step: Duration
  private let burst: Int
  /// When all that was taken so far is paid for.
  private var paid: MediaTime?

  /// - Parameter perSecond: how often in the long run, and how often at once.
  init(perSecond: Int) {
    burst = max(1, perSecond)
    step = .seconds(1) / burst
  }

  /// Takes one turn; answers how long to wait before it.
  mutating func take(at now: MediaTime) -> Duration {
    let start = max(paid ?? now, now)
    paid = start + step
    return max(.zero, (start - now) - step * (burst - 1))
  }
}
