internal import Interface

/// Which part of the events is shown.
struct EventView: Equatable, Sendable {
  /// Events above which the last shown one lies; zero follows what happens.
  var offset = 0
  /// Only events with this text are shown.
  var search = ""

  /// The events that pass the filters, oldest first.
  func shown(of events: [BroadcastEvent], from severity: BroadcastEvent.Severity) -> [BroadcastEvent] {
    events.filter { $0.severity >= severity && contains($0.text, search) }
  }
}
