internal import Codec
internal import Logging
package import Media
internal import Synchronization

/// A small picture of what goes out, for a person to look at.
package struct PreviewPicture: Equatable, Sendable {
  /// Its geometry.
  package let size: PictureSize
  /// Red, green and blue, row by row without padding.
  package let pixels: [UInt8]
}

/// Where the pictures that go out can be looked at; costs nothing while nobody looks.
package final class PreviewTap: Sendable {
  private struct State {
    var wanted: PictureSize?
    var interval: Duration = .milliseconds(100)
    var due = MediaTime.zero
    var newest: PreviewPicture?
    var snapshotDirectory: String?
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
      isWatched.store(size != nil || state.snapshotDirectory != nil, ordering: .relaxed)
    }
  }

  /// The newest picture since the last call.
  package func take() -> PreviewPicture? {
    state.withLock { state in
      defer { state.newest = nil }
      return state.newest
    }
  }

  /// Wants the next picture as a PNG file in `directory`; the log says where it is.
  package func wantSnapshot(in directory: String) {
    state.withLock { $0.snapshotDirectory = directory }
    isWatched.store(true, ordering: .relaxed)
  }

  /// What is to be made of the picture that is being shown at `now`.
  ///
  /// Called for each picture by the video thread.
  func requests(at now: MediaTime) -> (preview: PictureSize?, snapshotDirectory: String?) {
    guard isWatched.load(ordering: .relaxed) else { return (nil, nil) }
    return state.withLock { state in
      defer {
        state.snapshotDirectory = nil
        isWatched.store(state.wanted != nil, ordering: .relaxed)
      }
      guard let wanted = state.wanted, now >= state.due else { return (nil, state.snapshotDirectory) }
      state.due = max(state.due + state.interval, now)
      return (wanted, state.snapshotDirectory)
    }
  }

  func put(_ picture: PreviewPicture) { state.withLock { $0.newest = picture } }
}
