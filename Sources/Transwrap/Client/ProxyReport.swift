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

  /// Nothing said yet.
  public init() {}

  mutating func take(_ event: ServerEvent) {
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
