internal import Media
internal import Synchronization

/// The moment that is zero for both pipelines: when the later of them gave its first frame.
final class SessionOrigin: Sendable {
  private struct State {
    var missing: Int
    var time: MediaTime?
  }

  private let state: Mutex<State>

  /// Makes an origin that `pipelines` threads have to arrive at.
  init(pipelines: Int) { state = Mutex(State(missing: pipelines)) }

  /// Says that the calling pipeline has media; once per pipeline.
  func arrive() {
    state.withLock { state in
      state.missing -= 1
      if state.missing == 0 { state.time = .now() }
    }
  }

  /// The origin on the CLOCK_MONOTONIC timeline; `nil` while a pipeline is still opening.
  var time: MediaTime? { state.withLock { $0.time } }
}
