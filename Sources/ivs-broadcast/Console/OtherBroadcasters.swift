internal import BroadcastConfiguration
internal import Control
internal import FoundationEssentials
internal import Interface
internal import Logging
internal import Media
internal import Settings

/// The broadcasters that run here already, when a console starts.
struct OtherBroadcasters: Sendable {
  private let sockets: [String]
  private let isNamed: Bool

  /// Looks for them; connects to none.
  init(_ requested: BroadcastSettings.ControlSocket) {
    let place = ControlPlace(environment: ProcessInfo.processInfo.environment)
    switch requested {
    case .off: (sockets, isNamed) = ([], false)
    case .path(let path): (sockets, isNamed) = (RunningBroadcasters.live(named: path, in: place), true)
    case .runtimeDirectory: (sockets, isNamed) = (RunningBroadcasters.live(named: nil, in: place), false)
    }
  }

  /// The one that can be watched; `nil` where none runs.
  /// - Throws: one line where there are several.
  var only: String? {
    get throws(OperatorFailure) {
      guard sockets.count > 1 else { return sockets.first }
      throw OperatorFailure(
        "several broadcasters run here", "name one with --control-socket: \(sockets.joined(separator: ", "))", .usage)
    }
  }

  /// Says of each that is on air that it is, and how to watch it.
  func tell(_ logger: Logger) {
    guard !isNamed, !sockets.isEmpty else { return }
    // A broadcaster that does not answer holds up nothing but this.
    try? DetachedThread.start(name: "others") { [sockets] in
      for path in sockets {
        let deadline = MediaTime.now() + .seconds(2)
        guard var client = try? ControlClient.connect(to: path, until: deadline),
          let status = try? client.status(until: deadline), status.phase == .live
        else { continue }
        let who = "another broadcaster (process \(client.processIdentifier)) is live on \(status.channel)"
        logger.warning("\(who): ivs-broadcast --read-only --control-socket \(path) watches it")
      }
    }
  }
}
