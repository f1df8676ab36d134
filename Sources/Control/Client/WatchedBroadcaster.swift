public import Interface
internal import Media
public import Settings
internal import Synchronization

/// A broadcaster of another process that is only looked at: its status comes over its control socket each second.
public final class WatchedBroadcaster: Engine {
  private struct State {
    var status: BroadcastStatus
    var isOver = false
  }

  private static let timeout: Duration = .milliseconds(4500)
  private let state: Mutex<State>

  /// Begins to watch, on a thread of its own; one that ends meanwhile is looked for again each second.
  /// - Throws: one line where it does not answer.
  public init(path: String) throws(OperatorFailure) {
    let deadline = MediaTime.now() + Self.timeout
    var client = try ControlClient.connect(to: path, until: deadline)
    state = Mutex(State(status: try client.status(until: deadline)))
    do throws(NoThreadError) {
      try DetachedThread.start(name: "watch") { [self] in
        while !isOver {
          follow(path)
          sleepThread(until: .now() + .seconds(1))
        }
      }
    } catch { throw OperatorFailure(error.explanation, .system) }
  }

  /// The newest status.
  public func status() async -> BroadcastStatus { state.withLock { $0.status } }

  /// Nothing.
  public func perform(_ intent: Intent) async throws(OperatorFailure) -> Answer { throw .readOnly }

  /// Watches no longer.
  public func stop() { state.withLock { $0.isOver = true } }

  private var isOver: Bool { state.withLock { $0.isOver } }

  private func follow(_ path: String) {
    do throws(OperatorFailure) {
      var client = try ControlClient.connect(to: path, until: .now() + Self.timeout)
      try client.watch(until: .now() + Self.timeout)
      while !isOver, let status = try client.nextStatus(until: .now() + Self.timeout) {
        state.withLock { $0.status = status }
      }
      lose("the broadcaster has ended")
    } catch { lose("\(error)") }
  }

  /// Nothing is known any more; what was known is not shown as if it still held.
  private func lose(_ reason: String) {
    state.withLock { state in
      let last = state.status
      state.status = BroadcastStatus()
      (state.status.phase, state.status.verdict) = (.idle, Verdict(level: .bad, reason: reason))
      (state.status.time, state.status.events) = (last.time, last.events)
      (state.status.choice, state.status.channel) = (last.choice, last.channel)
    }
  }
}
