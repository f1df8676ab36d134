internal import Broadcast
internal import BroadcastConfiguration
internal import Control
internal import FoundationEssentials
internal import Logging
internal import Settings

/// The socket of the broadcaster that this process is.
enum ControlSocket {
  /// Opens it where that is wanted; without one the broadcast goes on all the same, and the log says why.
  static func open(
    _ wish: BroadcastSettings.ControlSocket, for target: ControlTarget, logger: Logger
  ) async -> ControlServer? {
    do throws(OperatorFailure) {
      switch wish {
      case .off: return nil
      case .path(let path): return try await ControlServer.start(at: path, for: target, logger: logger)
      case .usual:
        let place = ControlPlace(environment: ProcessInfo.processInfo.environment)
        return try await ControlServer.start(in: place, for: target, logger: logger)
      }
    } catch {
      logger.warning("no control socket: \(error)")
      return nil
    }
  }

  /// A client's answer comes within this time, or not at all.
  static let patience: Duration = .milliseconds(4500)
}
