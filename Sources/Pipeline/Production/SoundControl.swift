package import Media
internal import Synchronization

/// What may be asked of the running sound, from any thread.
package final class SoundControl: Sendable {
  private let muted = Atomic<Bool>(false)
  private let millibels = Atomic<Int>(0)
  private let chosenInputs: Mutex<InputChoice>

  /// No gain, not muted.
  package init(inputs: InputChoice = .auto) { chosenInputs = Mutex(inputs) }

  /// Which inputs of a source are heard; a source that is open keeps those that it was opened with.
  package var inputs: InputChoice {
    get { chosenInputs.withLock { $0 } }
    set { chosenInputs.withLock { $0 = newValue } }
  }

  /// Whether silence goes out.
  package var isMuted: Bool {
    get { muted.load(ordering: .relaxed) }
    set { muted.store(newValue, ordering: .relaxed) }
  }

  /// Amplification in dB.
  package var gainDecibels: Double {
    get { Double(millibels.load(ordering: .relaxed)) / 100 }
    set { millibels.store(Int((newValue * 100).rounded()), ordering: .relaxed) }
  }
}
