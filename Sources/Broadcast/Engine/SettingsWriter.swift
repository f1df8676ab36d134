internal import BroadcastConfiguration
internal import Logging
internal import Media
internal import Settings
internal import Synchronization

/// Writes choices to the settings file on a thread of its own; of each setting the newest value wins.
///
/// A home that hangs or cannot be written to is no reason not to broadcast: the log says so.
final class SettingsWriter: Sendable {
  private struct State {
    var waiting: [SettingKey: String] = [:]
    /// The console's keys, where they have changed.
    var keys: [String: String]?
    var isWriting = false
  }

  private let path: String
  private let logger: Logger
  private let state = Mutex(State())

  init(_ path: String, logger: Logger) {
    self.path = path
    self.logger = logger
  }

  /// Keeps these values; any thread, never waits.
  func keep(_ values: [SettingKey: String]) { change { $0.waiting.merge(values) { $1 } } }

  /// Keeps the console's own keys, by the commands' names; any thread, never waits.
  func keep(keys: [String: String]) { change { $0.keys = keys } }

  private func change(_ change: (inout State) -> Void) {
    let isFirst = state.withLock { state in
      change(&state)
      defer { state.isWriting = true }
      return !state.isWriting
    }
    guard isFirst else { return }
    do throws(NoThreadError) {
      try DetachedThread.start(name: "settings") { [self] in write() }
    } catch {
      state.withLock { $0 = State() }
      logger.warning("not kept for the next time: \(error)")
    }
  }

  private func write() {
    while true {
      let (values, keys) = state.withLock { state in
        defer { (state.waiting, state.keys) = ([:], nil) }
        state.isWriting = !state.waiting.isEmpty || state.keys != nil
        return (state.waiting, state.keys)
      }
      guard !values.isEmpty || keys != nil else { return }
      do throws(OperatorFailure) {
        if !values.isEmpty { try SettingsFile.change(path, values) }
        if let keys {
          try SettingsFile.changeKeys(path, keys)
          logger.info("keys are kept in \(path)")
        }
      } catch { logger.warning("not kept for the next time: \(error)") }
    }
  }

  /// Waits until everything is written, but no longer than `limit`.
  func flush(within limit: Duration) async {
    let deadline = MediaTime.now() + limit
    while state.withLock({ $0.isWriting }), MediaTime.now() < deadline {
      try? await Task.sleep(for: .milliseconds(5))
    }
  }
}
