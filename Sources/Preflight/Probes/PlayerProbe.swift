internal import Glibc
internal import NIOCore
internal import NIOPosix
internal import Settings

/// Looks whether the local channel's player can listen.
struct PlayerProbe: Sendable {
  let port: Int
  let isPortFixed: Bool

  /// Listens for a moment.
  func look(_ group: any EventLoopGroup) async -> CheckFinding {
    let found = CheckFinding.pass("local: inside this program")
    guard port != 0 else { return found }
    let bootstrap = ServerBootstrap(group: group).serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
    do {
      try await bootstrap.bind(host: "127.0.0.1", port: port).get().close()
      return found
    } catch {
      guard (error as? IOError)?.errnoCode == EADDRINUSE else {
        return .fail(
          "127.0.0.1:\(port) cannot be listened on: \(error)", "choose another `playback-port`", .unavailable)
      }
      let cause = "127.0.0.1:\(port) is in use by another program"
      return isPortFixed
        ? .fail(cause, "end it, or choose another `playback-port`", .unavailable)
        : .warn(cause, "the player uses another port this time")
    }
  }
}
