package import Media

/// What the proxy said last about its own end.
public struct ProxyReport: Sendable, Equatable {
  /// Its ingest connection.
  public internal(set) var state: ServerEvent.State?
  /// Its figures.
  public internal(set) var statistics: ServerEvent.Statistics?
  /// Since when the ingest has been slow for it, by how much; `nil` while it is not.
  public internal(set) var congestion: ServerEvent.Congestion?
  /// What viewers may notice.
  public internal(set) var warning: ServerEvent.Notice?

  /// When it last said how much waits.
  private var queueSaidAt: MediaTime?

  /// Nothing said yet.
  public init() {}

  /// It says each second how much waits; what it said before that is not how things are.
  static let validity = Duration.milliseconds(2500)

  /// The time that what waits for its ingest takes; `nil` where it has not said so of late.
  package func queue(at now: MediaTime) -> Duration? {
    guard let queueSaidAt, now - queueSaidAt < Self.validity else { return nil }
    return (congestion?.queueMilliseconds ?? statistics?.queueMilliseconds).map { .seconds($0 / 1000) }
  }

  mutating func take(_ event: ServerEvent, at now: MediaTime) {
    switch event {
    case .statistics, .congestion: queueSaidAt = now
    default: break
    }
    switch event {
    case .state(let state): self.state = state
    case .statistics(let figures):
      statistics = figures
      // It says again twice a second that it is slow, as long as it is.
      if figures.queueMilliseconds < 100 { congestion = nil }
    case .congestion(let congestion): self.congestion = congestion
    case .warning(let warning): self.warning = warning
    case .session, .move, .error: break
    }
  }
}
