internal import Synchronization

/// Waits for work that may hang, but not for ever.
package enum Bounded {
  /// The work's value; `nil` where it took longer than the limit.
  ///
  /// Work that is late is left to itself, and cancelled unless it shall go on.
  package static func run<Value: Sendable>(
    within limit: Duration, isCancelledWhenLate: Bool = true, _ work: @escaping @Sendable () async -> Value
  ) async -> Value? {
    let answer = FirstAnswer<Value>()
    let working = Task { answer.give(await work()) }
    let clock = Task {
      do { try await Task.sleep(for: limit) } catch { return }
      answer.give(nil)
    }
    let value = await withTaskCancellationHandler {
      await answer.wait()
    } onCancel: {
      answer.give(nil)
    }
    if isCancelledWhenLate { working.cancel() }
    clock.cancel()
    return value
  }

  /// Does what blocks on a thread of its own.
  /// - Parameter instead: makes the value where there is no thread to be had.
  package static func onThread<Value: Sendable>(
    _ name: String, orElse instead: @escaping @Sendable (NoThreadError) -> Value,
    _ work: @escaping @Sendable () -> Value
  ) async -> Value {
    await withCheckedContinuation { continuation in
      do throws(NoThreadError) {
        try DetachedThread.start(name: name) { continuation.resume(returning: work()) }
      } catch { continuation.resume(returning: instead(error)) }
    }
  }
}

/// The first of several answers, for one who waits.
private final class FirstAnswer<Value: Sendable>: Sendable {
  private struct State {
    var answer: Value??
    var waiting: CheckedContinuation<Value?, Never>?
  }

  private let state = Mutex(State())

  func give(_ value: Value?) {
    let waiting = state.withLock { state -> CheckedContinuation<Value?, Never>? in
      guard state.answer == nil else { return nil }
      state.answer = .some(value)
      defer { state.waiting = nil }
      return state.waiting
    }
    waiting?.resume(returning: value)
  }

  func wait() async -> Value? {
    await withCheckedContinuation { continuation in
      let answer = state.withLock { state -> Value?? in
        if state.answer == nil { state.waiting = continuation }
        return state.answer
      }
      if let answer { continuation.resume(returning: answer) }
    }
  }
}
