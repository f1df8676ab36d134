internal import Media

/// How soon a request may go out, so that this program leaves others their part of the account's 5 a second.
///
/// Each operation has three a second, one after the other: the rest is for the account's other programs. Pure.
struct RequestBudget {
  static let perSecond = 3.0
  static let burst = 1.0

  private var buckets: [String: (tokens: Double, at: MediaTime)] = [:]

  /// Takes a place in the queue of an operation and says how long to wait for it.
  mutating func reserve(_ operation: String, at now: MediaTime) -> Duration {
    let (before, since) = buckets[operation] ?? (Self.burst, now)
    let tokens = min(Self.burst, before + (now - since).inSeconds * Self.perSecond) - 1
    buckets[operation] = (tokens, now)
    return tokens >= 0 ? .zero : .nanoseconds(Int64(-tokens / Self.perSecond * 1e9))
  }

  /// The service throttled: everything saved up is gone.
  mutating func drain(_ operation: String, at now: MediaTime) {
    let (before, _) = buckets[operation] ?? (0, now)
    buckets[operation] = (min(before, -1), now)
  }
}
