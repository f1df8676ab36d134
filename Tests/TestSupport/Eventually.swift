/// Waits until `condition` holds; looks each 10 ms, so that a test goes on as soon as its state is there.
/// - Parameter what: the state in words, for the failure.
public func eventually(
  _ what: String, within limit: Duration = .seconds(10), _ condition: () async throws -> Bool
) async throws {
  let clock = ContinuousClock()
  let deadline = clock.now + limit
  while try await !condition() {
    guard clock.now < deadline else { throw HarnessError.timedOut(waitingFor: what, after: limit, output: "") }
    try await clock.sleep(for: .milliseconds(10))
  }
}

/// Lets tests that need the machine for themselves (real-time streams, virtual machines) run one after the other.
///
/// Waiting for the turn is not counted against any deadline inside.
public actor WholeMachine {
  private static let shared = WholeMachine()
  private var isTaken = false
  private var waiting: [CheckedContinuation<Void, Never>] = []

  /// Runs `body` while no other body runs here.
  public static func alone<Result: Sendable>(
    _ body: () async throws -> sending Result
  ) async throws -> sending Result {
    await shared.take()
    do {
      let result = try await body()
      await shared.give()
      return result
    } catch {
      await shared.give()
      throw error
    }
  }

  private func take() async {
    guard isTaken else {
      isTaken = true
      return
    }
    await withCheckedContinuation { waiting.append($0) }
  }

  private func give() {
    if waiting.isEmpty { isTaken = false } else { waiting.removeFirst().resume() }
  }
}
