/// How long to wait before connecting again.
///
/// | attempt | 1 | 2 | 3 | 4 | 5 | 6 | 8 | 10 and later |
/// | --- | --- | --- | --- | --- | --- | --- | --- | --- |
/// | at most | 0.5 s | 0.75 s | 1.1 s | 1.7 s | 2.5 s | 3.8 s | 8.5 s | 15 s |
///
/// The delay is drawn between a fifth of it and the whole ("jitter"), so that boxes which lost the same network do
/// not return at the same moment.
public enum Backoff {
  /// The delay before attempt `attempt` (1, 2, …).
  /// - Parameter jitter: a random number in 0…1.
  public static func delay(beforeAttempt attempt: Int, jitter: Double) -> Duration {
    var longest = 0.5
    for _ in 1..<max(1, min(attempt, 20)) { longest *= 1.5 }
    longest = min(longest, 15)
    return drawn(longest, jitter)
  }

  /// The delay after the loss of a connection that held for a while: at most a quarter of a second.
  package static func firstDelay(jitter: Double) -> Duration { drawn(0.25, jitter) }

  /// The delay before an attempt that costs no server anything, as nothing came of the one before but a refused or an
  /// unanswered TCP connection, or no way to one: at most a second.
  package static func quickDelay(jitter: Double) -> Duration { drawn(1, jitter) }

  private static func drawn(_ longest: Double, _ jitter: Double) -> Duration {
    .nanoseconds(Int64(longest * (0.2 + 0.8 * min(max(jitter, 0), 1)) * 1e9))
  }
}
