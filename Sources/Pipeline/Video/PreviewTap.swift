internal import Codec
internal import Logging
package import Media
package import Settings
internal import Synchronization

/// A small picture of what goes out, for a person to look at.
package struct PreviewPicture: Equatable, Sendable {
  /// Its geometry.
  package let size: PictureSize
  /// Red, green and blue, row by row without padding.
  package let pixels: [UInt8]
}

/// Somebody waits for a picture in a file.
struct SnapshotRequest: Sendable {
  let directory: String
  /// Called once, on any thread, with the file's path.
  let answer: @Sendable (Result<String, OperatorFailure>) -> Void
}

/// Where the pictures that go out can be looked at; costs nothing while nobody looks.
package final class PreviewTap: Sendable {
  private struct State {
    var wanted: PictureSize?
    /// Whoever wants pictures says how often.
    var interval = Duration.zero
    var due = MediaTime.zero
    var newest: PreviewPicture?
    var snapshots: [SnapshotRequest] = []
  }

  private let state = Mutex(State())
  private let isWatched = Atomic<Bool>(false)

  /// A tap that nobody looks at.
  package init() {}

  /// Wants previews of at most `size`, at most `framesPerSecond` of them; `nil` wants none.
  ///
  /// Any thread.
  package func watch(_ size: PictureSize?, framesPerSecond: Double) {
    state.withLock { state in
      state.wanted = size
      state.interval = .nanoseconds(Int64(1e9 / max(0.1, framesPerSecond)))
      if size == nil { state.newest = nil }
      isWatched.store(size != nil || !state.snapshots.isEmpty, ordering: .relaxed)
    }
  }

  /// The newest picture since the last call.
  package func take() -> PreviewPicture? {
    state.withLock { state in
      defer { state.newest = nil }
      return state.newest
    }
  }

  /// More than these do not wait for a picture at a time.
  private static let mostSnapshots = 16

  /// Writes the next picture to a PNG file in `directory`; gives its path.
  ///
  /// Waits as long as no picture comes.
  package func snapshot(in directory: String) async throws(OperatorFailure) -> String {
    let result = await withCheckedContinuation { waiter in
      let isTaken = state.withLock { state in
        guard state.snapshots.count < Self.mostSnapshots else { return false }
        state.snapshots.append(SnapshotRequest(directory: directory) { waiter.resume(returning: $0) })
        isWatched.store(true, ordering: .relaxed)
        return true
      }
      guard !isTaken else { return }
      waiter.resume(returning: .failure(OperatorFailure("no picture comes for the snapshots that wait", .unavailable)))
    }
    return try result.get()
  }

  /// Nothing is shown any more: who waits for a snapshot is told so.
  package func close() {
    let waiting = state.withLock { state in
      defer { state.snapshots = [] }
      return state.snapshots
    }
    for request in waiting { request.answer(.failure(OperatorFailure("no snapshot: no picture came", .unavailable))) }
  }

  /// What is to be made of the picture that is being shown at `now`.
  ///
  /// Called for each picture by the video thread.
  func requests(at now: MediaTime) -> (preview: PictureSize?, snapshots: [SnapshotRequest]) {
    guard isWatched.load(ordering: .relaxed) else { return (nil, []) }
    return state.withLock { state in
      defer {
        state.snapshots = []
        isWatched.store(state.wanted != nil, ordering: .relaxed)
      }
      guard let wanted = state.wanted, now >= state.due else { return (nil, state.snapshots) }
      state.due = max(state.due + state.interval, now)
      return (wanted, state.snapshots)
    }
  }

  func put(_ picture: PreviewPicture) { state.withLock { $0.newest = picture } }
}
