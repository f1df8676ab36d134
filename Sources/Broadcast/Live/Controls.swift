internal import Media
internal import Synchronization

/// What may be asked of the running picture, from any thread.
final class PictureControl: Sendable {
  private let targetBitsPerSecond: Atomic<Int>
  private let slate = Atomic<Bool>(false)

  init(bitrate: Bitrate) { targetBitsPerSecond = Atomic(bitrate.bitsPerSecond) }

  /// The bitrate from the next frame on.
  var bitrate: Bitrate {
    get { Bitrate(bitsPerSecond: targetBitsPerSecond.load(ordering: .relaxed)) }
    set { targetBitsPerSecond.store(newValue.bitsPerSecond, ordering: .relaxed) }
  }

  /// Whether the slate goes out instead of the source's picture.
  var isSlate: Bool {
    get { slate.load(ordering: .relaxed) }
    set { slate.store(newValue, ordering: .relaxed) }
  }
}

/// What may be asked of the running sound, from any thread.
final class SoundControl: Sendable {
  private let muted = Atomic<Bool>(false)
  private let millibels = Atomic<Int>(0)
  private let chosenInputs: Mutex<InputChoice>

  init(inputs: InputChoice = .auto) { chosenInputs = Mutex(inputs) }

  /// Which inputs of a source are heard; a source that is open keeps those that it was opened with.
  var inputs: InputChoice {
    get { chosenInputs.withLock { $0 } }
    set { chosenInputs.withLock { $0 = newValue } }
  }

  /// Whether silence goes out.
  var isMuted: Bool {
    get { muted.load(ordering: .relaxed) }
    set { muted.store(newValue, ordering: .relaxed) }
  }

  /// Amplification in dB.
  var gainDecibels: Double {
    get { Double(millibels.load(ordering: .relaxed)) / 100 }
    set { millibels.store(Int((newValue * 100).rounded()), ordering: .relaxed) }
  }
}
