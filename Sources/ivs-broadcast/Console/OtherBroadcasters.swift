internal import BroadcastConfiguration
internal import Console
internal import Control
internal import FoundationEssentials
internal import Glibc
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
      throw SeveralBroadcasters.failure(sockets, option: "--control-socket")
    }
  }

  /// Says of each that is on air that it is, and how to watch it; then tells every few seconds which ones are.
  /// - Parameter tell: answers whether to go on.
  func follow(_ logger: Logger, _ tell: @escaping @Sendable ([LiveElsewhere]) -> Bool) {
    guard !isNamed else { return }
    // A broadcaster that does not answer holds up nothing but this.
    try? DetachedThread.start(name: "others") { [sockets] in
      var known = Self.live(sockets)
      for other in known {
        let who = "another broadcaster (process \(other.process)) is live on \(other.channel)"
        logger.warning("\(who): \(other.watching) watches it")
      }
      while tell(known) {
        sleepThread(until: .now() + .seconds(3))
        let place = ControlPlace(environment: ProcessInfo.processInfo.environment)
        known = Self.live(RunningBroadcasters.live(named: nil, in: place))
      }
    }
  }

  /// Those that are on air, without this process.
  private static func live(_ sockets: [String]) -> [LiveElsewhere] {
    sockets.compactMap { path in
      let deadline = MediaTime.now() + .seconds(2)
      guard var client = try? ControlClient.connect(to: path, until: deadline), client.processIdentifier != getpid(),
        let status = try? client.status(until: deadline), status.phase == .live
      else { return nil }
      return LiveElsewhere(process: client.processIdentifier, channel: status.channel, socket: path)
    }
  }
}
