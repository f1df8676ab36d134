public import Interface
public import Logging
internal import Media
internal import Service
internal import Settings
internal import Synchronization

/// The last things that happened, for a person who looks on; a log's second reader.
public final class EventLog: Sendable {
  private struct State {
    var events: [BroadcastEvent] = []
    var count = 0
  }

  /// So many are kept.
  private static let limit = 200
  private let state = Mutex(State())

  /// An empty log.
  public init() {}

  /// The events, oldest first.
  public var events: [BroadcastEvent] { state.withLock { $0.events } }

  /// Adds an event that happens now; any thread.
  public func add(_ severity: BroadcastEvent.Severity, _ text: String) {
    let clock = WallClock.now("%H:%M:%S")
    state.withLock { state in
      state.count += 1
      state.events.append(BroadcastEvent(id: state.count, clock: clock, severity: severity, text: text))
      if state.events.count > Self.limit { state.events.removeFirst(state.events.count - Self.limit) }
    }
  }

  /// A handler that puts what is logged at `info` and above here.
  public func handler() -> any LogHandler {
    SinkLogHandler(level: .info) { [self] level, message, fields in
      let text = ForeignText.cleaned(
        ([message] + fields.map(\.value)).joined(separator: ": "), limit: ForeignText.lineLimit)
      let severity: BroadcastEvent.Severity =
        switch level {
        case .trace, .debug: .debug
        case .info: .info
        case .notice: .notice
        case .warning: .warning
        case .error, .critical: .error
        }
      add(severity, Redaction.applied(to: text))
    }
  }
}
