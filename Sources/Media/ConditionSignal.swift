internal import Dispatch

/// Wakes a thread that waits for a condition to change; it has to look again after each ``wait()``.
public final class ConditionSignal: Sendable {
  private let semaphore = DispatchSemaphore(value: 0)

  /// A signal that nobody has given yet.
  public init() {}

  /// Wakes the waiting thread, or the next that waits.
  public func signal() { semaphore.signal() }

  /// Waits for a signal.
  public func wait() { semaphore.wait() }
}
