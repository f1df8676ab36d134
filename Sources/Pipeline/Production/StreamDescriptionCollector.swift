internal import Media
internal import Packets
internal import Settings
internal import Synchronization

/// Collects the tracks' descriptions from the pipelines' threads until the stream is described.
final class StreamDescriptionCollector: Sendable {
  private struct State {
    var video: StreamDescription.Video?
    var audio: StreamDescription.Audio?
    var failure: OperatorFailure?
    var isOver = false
    var waiting: [CheckedContinuation<Void, Never>] = []

    var isSettled: Bool { isOver || (video != nil && audio != nil) }
  }

  private let state = Mutex(State())

  func add(_ track: ReadyTrack) {
    settle { state in
      switch track {
      case .video(let video): state.video = video
      case .audio(let audio): state.audio = audio
      }
    }
  }

  /// Nothing more is coming: a pipeline failed, or a stop is requested.
  func giveUp(_ failure: OperatorFailure? = nil) {
    settle { state in
      state.isOver = true
      if state.failure == nil { state.failure = failure }
    }
  }

  /// The first failure of a pipeline.
  var failure: OperatorFailure? { state.withLock { $0.failure } }

  /// The whole description; `nil` if it will never be whole.
  func stream(encoder: String) async -> StreamDescription? {
    await withCheckedContinuation { continuation in
      let isSettled = state.withLock { state in
        if !state.isSettled { state.waiting.append(continuation) }
        return state.isSettled
      }
      if isSettled { continuation.resume() }
    }
    return state.withLock { state in
      guard let video = state.video, let audio = state.audio else { return nil }
      return StreamDescription(video: video, audio: audio, encoder: encoder)
    }
  }

  private func settle(_ change: (inout State) -> Void) {
    let waiting = state.withLock { state -> [CheckedContinuation<Void, Never>] in
      change(&state)
      guard state.isSettled else { return [] }
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.resume() }
  }
}
