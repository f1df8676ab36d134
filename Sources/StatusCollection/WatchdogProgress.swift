public import Interface
public import Media

/// Decides from the broadcast's figures whether a watchdog may be told that there is progress.
///
/// Pictures have to be made, and on air they have to be acknowledged; off air the connection has to be on its way. A timer
/// alone proves nothing: it runs while everything else stands still.
public struct WatchdogProgress: Sendable {
  /// What the watchdog is to be told.
  public enum Decision: Equatable, Sendable { case nothing, progress, stuck }

  /// How long a phase may take that has no figures of its own.
  private static func limit(of phase: BroadcastStatus.Phase) -> Duration {
    switch phase {
    // Looking up a channel, names and routes; each part of it has a bound.
    case .connecting: .seconds(120)
    // Encoders that failed are begun anew after a minute at most.
    case .idle: .seconds(90)
    // Beyond the time that was to be waited.
    case .waiting: .seconds(10)
    case .stopping, .ended: .seconds(10)
    case .live: .zero
    }
  }
  /// What one observation adds at most: while the whole process was stopped, nothing stood still by itself.
  private static let longestStep: Duration = .seconds(2)

  private let interval: Duration
  private var told: MediaTime
  private var looked: MediaTime
  private var figures: Figures?
  /// Since the watchdog was told last.
  private var hasPictures = false
  private var isDelivering = false
  /// How long the encoder's count has not changed.
  private var still = Duration.zero
  /// How long the phase has taken, or how long it is over its time.
  private var taken = Duration.zero
  private var isStuck = false

  /// What changes where there is progress; that a count begins anew is a change, too.
  private struct Figures: Equatable {
    var phase: BroadcastStatus.Phase
    var shown: Int
    var encoded: Int
    var acknowledged: [Int?]
  }

  /// Begins at `now`, on CLOCK_MONOTONIC.
  /// - Parameter interval: after which the watchdog acts if it hears nothing.
  public init(interval: Duration, at now: MediaTime) {
    (self.interval, told, looked) = (interval, now, now)
  }

  /// Takes the status of about each second.
  public mutating func decide(_ status: BroadcastStatus, at now: MediaTime) -> Decision {
    let step = min(now - looked, Self.longestStep)
    looked = now
    note(status, step)
    if isStuck || isStandingStill(status) {
      defer { isStuck = true }
      return isStuck ? .nothing : .stuck
    }
    // Half of the interval, or sooner: the next look may come too late.
    guard now - told >= interval / 2 - .seconds(1), hasPictures || !needsPictures(status), isMoving(status) else {
      return .nothing
    }
    (told, hasPictures, isDelivering) = (now, false, false)
    return .progress
  }

  private mutating func note(_ status: BroadcastStatus, _ step: Duration) {
    let transport = status.transport
    let new = Figures(
      phase: status.phase, shown: status.video.framesShown ?? 0, encoded: status.video.framesEncoded,
      acknowledged: [
        transport.bytesAcknowledgedByTransport, transport.bytesAcknowledged, transport.proxy?.bytesAcknowledged,
      ])
    guard let old = figures else { return figures = new }
    if new.shown != old.shown || new.encoded != old.encoded { hasPictures = true }
    if new.acknowledged != old.acknowledged || new.phase != old.phase { isDelivering = true }
    still = new.encoded != old.encoded || new.phase != .live ? .zero : still + step
    let isInTime = new.phase == .waiting && status.retryInSeconds ?? 0 > 0
    taken = new.phase != old.phase || isInTime ? .zero : taken + step
    figures = new
  }

  /// Before there are sources nothing is shown: the channel is opened first.
  private func needsPictures(_ status: BroadcastStatus) -> Bool {
    switch status.phase {
    case .live: true
    case .connecting, .waiting: status.video.framesShown ?? 0 > 0
    case .idle, .stopping, .ended: false
    }
  }

  private func isMoving(_ status: BroadcastStatus) -> Bool {
    status.phase == .live ? isDelivering : taken <= Self.limit(of: status.phase)
  }

  /// Pictures are due on air, and for a third of the interval none was encoded.
  private func isStandingStill(_ status: BroadcastStatus) -> Bool {
    status.phase == .live && still >= interval / 3
  }
}
