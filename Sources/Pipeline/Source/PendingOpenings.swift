internal import Synchronization

/// The attempts to open something that are not answered yet: no device is asked a second time meanwhile, whoever asks.
final class PendingOpenings: Sendable {
  /// Those of this process: a driver that hangs does so for all.
  static let shared = PendingOpenings()

  private struct Entry {
    /// Kept by its thread while it hangs, then by who waits for it.
    weak var attempt: (any AnyObject & Sendable)?
    let variant: String
  }

  private let entries = Mutex<[String: Entry]>([:])

  /// The unanswered attempt at this device, else a new one; `nil` while one that wanted it otherwise is unanswered.
  /// - Parameter variant: how it is wanted: an attempt serves only who wants the same.
  func attempt<Opening: SourceOpening>(
    at device: String, as variant: String = "", start: () -> Opening
  ) -> Opening? {
    entries.withLock { entries in
      if let entry = entries[device], let pending = entry.attempt as? Opening, !pending.isAnswered {
        return entry.variant == variant && pending.adopt() ? pending : nil
      }
      entries = entries.filter { $0.value.attempt != nil }
      let started = start()
      entries[device] = Entry(attempt: started, variant: variant)
      return started
    }
  }
}
