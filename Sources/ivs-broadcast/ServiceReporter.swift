internal import Glibc
internal import Interface
internal import Logging
internal import Media
internal import Service
internal import Settings
internal import StatusCollection
internal import Synchronization

/// Tells the service manager how the broadcast is: that it has started, its verdict, and that it makes progress.
final class ServiceReporter: Sendable {
  private struct State {
    var isReady = false
    var isStopping = false
    var judgement: String?
    var progress: WatchdogProgress?
  }

  private let manager: ServiceManager
  private let logger: Logger
  private let state: Mutex<State>

  /// `nil` where no service manager wants to hear.
  init?(logger: Logger) {
    guard let manager = ServiceManager(environment: ProcessSecrets.environment, process: getpid()) else { return nil }
    self.manager = manager
    self.logger = logger
    state = Mutex(State(progress: manager.watchdogInterval.map { WatchdogProgress(interval: $0, at: .now()) }))
  }

  /// Takes the status of each second; the first one says that the engine is up.
  func show(_ status: BroadcastStatus) {
    let text = Redaction.applied(to: LogLine.text(StatusLine.judgement(status))).namingOptions
    let decision = state.withLock { state -> WatchdogProgress.Decision in
      guard !state.isStopping else { return .nothing }
      if !state.isReady { state.isReady = manager.tell(.ready) }
      if state.judgement != text, manager.tell(.status(text)) { state.judgement = text }
      return state.progress?.decide(status, at: .now()) ?? .nothing
    }
    switch decision {
    case .nothing: break
    case .progress: manager.tell(.progress)
    case .stuck:
      logger.critical("no picture is encoded any more: the service manager is asked to restart this program")
      manager.tell(.stuck)
    }
  }

  /// The settings are read again.
  func reloading() { if isRunning { manager.tell(.reloading(.now())) } }

  /// They are in effect, or were wrong.
  func reloaded() { if isRunning { manager.tell(.ready) } }

  /// Neither still beginning nor already ending.
  private var isRunning: Bool { state.withLock { $0.isReady && !$0.isStopping } }

  /// The broadcast ends; nothing is told after it.
  func stopping() {
    let isFirst = state.withLock { state in
      defer { state.isStopping = true }
      return !state.isStopping
    }
    if isFirst { manager.tell(.stopping, .status("stopping")) }
  }
}
