internal import Media
internal import Networking

/// How long to wait before the next attempt, and which attempts count towards giving up.
///
/// Pure: times and randomness come from outside.
struct RetryPace: Equatable, Sendable {
  /// After a lost connection attempts that reach no server come within a second of each other for this long; they take
  /// nothing over, and do not count towards giving up.
  static let quickFor: Duration = .seconds(180)
  /// A connection that held this long makes the next delay the first one again, and a short one.
  static let steadyAfter: Duration = .seconds(10)

  /// Failures in a row.
  private(set) var failures = 0
  /// Those of them that count towards giving up.
  private(set) var counted = 0
  private var step = 0
  private var wasSteady = false
  private var firstFailure: MediaTime?

  /// A connection is over that held this long.
  mutating func held(for time: Duration) {
    if time >= ReconnectStateMachine.provenAfter { (failures, counted, firstFailure) = (0, 0, nil) }
    if time >= Self.steadyAfter { (step, wasSteady) = (0, true) }
  }

  /// What kept the attempts from the server may be over: the delays begin again with the first.
  mutating func networkChanged() { step = 0 }

  /// The delay before the next attempt.
  /// - Parameters:
  ///   - hasBeenLive: a server did take the stream before.
  ///   - jitter: a random number in 0…1.
  mutating func delay(
    after failure: PublishFailure, hasBeenLive: Bool, at now: MediaTime, jitter: Double
  ) -> Duration {
    failures += 1
    let first = firstFailure ?? now
    firstFailure = first
    if hasBeenLive, failure.isWithoutConnection, now - first < Self.quickFor {
      return Backoff.quickDelay(jitter: jitter)
    }
    counted += 1
    if wasSteady {
      wasSteady = false
      return Backoff.firstDelay(jitter: jitter)
    }
    step += 1
    return Backoff.delay(beforeAttempt: step, jitter: jitter)
  }
}
