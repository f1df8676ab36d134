internal import Broadcast
internal import BroadcastConfiguration
internal import Control
internal import FoundationEssentials
internal import Interface
internal import Logging
internal import Settings

/// The socket of the broadcaster that this process is.
enum ControlSocket {
  /// Opens it where that is wanted; without one the broadcast goes on all the same, and the log says why.
  static func open(
    _ requested: BroadcastSettings.ControlSocket, for engine: any Engine, logger: Logger
  ) async -> ControlServer? {
    do throws(OperatorFailure) {
      switch requested {
      case .off: return nil
      case .path(let path): return try await ControlServer.start(at: path, for: engine, logger: logger)
      case .runtimeDirectory:
        let place = ControlPlace(environment: ProcessInfo.processInfo.environment)
        return try await ControlServer.start(in: place, for: engine, logger: logger)
      }
    } catch {
      logger.warning("no control socket: \(error)")
      return nil
    }
  }

  /// A client's answer comes within this time, or not at all.
  static let timeout: Duration = .milliseconds(4500)
}
