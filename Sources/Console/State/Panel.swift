/// The parts of the screen between which Tab moves.
public enum Panel: String, CaseIterable, Hashable, Sendable {
  case picture, levels, bitrate, health, service, channel, events

  /// As its border says.
  var title: String {
    switch self {
    case .picture: "Picture"
    case .levels: "Levels"
    case .bitrate: "Bitrate"
    case .health: "Health"
    case .service: "IVS"
    case .channel: "Channel"
    case .events: "Events"
    }
  }
}
