internal import Media
internal import Synchronization

/// When each loop of a film begins, on the CLOCK_MONOTONIC timeline: picture and sound agree on it here.
///
/// Who comes first to a loop says when it begins, the other one follows; so nothing adds up over loops, and what makes
/// one of them begin anew takes the other one along.
final class FilmClock: Sendable {
  /// A loop of the film; they are counted from zero.
  struct Loop: Equatable, Sendable {
    var number: Int
    var start: MediaTime
  }

  /// Who comes this much after a loop began still joins it: decoding catches up.
  static let joining: Duration = .seconds(2)

  private struct State {
    var newest: Loop?
    /// Where the loop before began, for the one who is still in it.
    var before: Loop?
  }

  private let state = Mutex(State())

  /// The loop for one who opens the film at `now`: the one that has just begun, else a new one for both.
  func join(at now: MediaTime) -> Loop {
    state.withLock { state in
      if let newest = state.newest, now - newest.start < Self.joining { return newest }
      return Self.begin(Loop(number: (state.newest?.number ?? -1) + 1, start: now), in: &state)
    }
  }

  /// The loop for one who has come to the end of loop `number`, which would begin at `time`.
  func follow(_ number: Int, at time: MediaTime) -> Loop {
    state.withLock { state in
      if let newest = state.newest, newest.number > number { return newest }
      return Self.begin(Loop(number: number + 1, start: time), in: &state)
    }
  }

  private static func begin(_ loop: Loop, in state: inout State) -> Loop {
    (state.before, state.newest) = (state.newest, loop)
    return loop
  }

  /// When loop `number` began; the newest loop's start where that is long ago.
  func start(of number: Int) -> MediaTime {
    state.withLock { state in
      if let before = state.before, before.number == number { return before.start }
      return state.newest?.start ?? .now()
    }
  }

  /// The loop that the other one began, for one who was left behind in loop `number` at `now`.
  func overtaking(_ number: Int, at now: MediaTime) -> Loop? {
    state.withLock { state in
      // Both come to the end at about the same time.
      guard let newest = state.newest, newest.number > number, now - newest.start > .milliseconds(500) else {
        return nil
      }
      return newest
    }
  }

  /// Everything happens later than was thought: decoding is too slow, or all stood still.
  func postpone(by time: Duration) {
    state.withLock { state in
      if let newest = state.newest { state.newest?.start = newest.start + time }
      if let before = state.before { state.before?.start = before.start + time }
    }
  }
}

/// The clocks of the films that are played.
final class FilmClocks: Sendable {
  private struct Playing {
    weak var clock: FilmClock?
  }

  private let playing = Mutex<[String: Playing]>([:])

  /// The clock of the film at the path, the same for all who play it now.
  func clock(for path: String) -> FilmClock {
    playing.withLock { playing in
      if let clock = playing[path]?.clock { return clock }
      playing = playing.filter { $0.value.clock != nil }
      let clock = FilmClock()
      playing[path] = Playing(clock: clock)
      return clock
    }
  }
}
