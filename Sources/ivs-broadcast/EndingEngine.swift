internal import Broadcast
internal import Interface
internal import Logging
internal import Service
internal import Settings

/// A broadcaster whose program ends with its broadcast, and whose service manager is told of that.
struct EndingEngine: Engine {
  let broadcaster: Broadcaster
  let service: ServiceReporter?
  let logger: Logger

  func status() async -> BroadcastStatus { await broadcaster.status() }

  func perform(_ intent: Intent) async throws(OperatorFailure) -> Answer {
    switch intent {
    case .stop:
      service?.stopping()
      // As after a signal: the end may hang on a device or a disk.
      ExitDeadline.enforce(status: 0)
    case .reload: service?.reloading()
    default: break
    }
    defer { if intent == .reload { service?.reloaded() } }
    return try await broadcaster.perform(intent)
  }

  /// Performs what nobody waits for; a failure is in the log.
  func handle(_ intent: Intent) async {
    do { _ = try await perform(intent) } catch { logger.warning("\(error)") }
  }
}
