internal import Media
internal import Synchronization

/// Brings one value from a thread that may hang to one that must not.
final class ThreadedOpening<Value: ~Copyable>: SourceOpening {
  private let answered = Atomic<Bool>(false)
  private let slot = Mutex<Result<Value, any Error>?>(nil)

  /// Runs `make` on a thread of its own; its answer can be taken later, or never; a lack of threads is an answer too.
  static func start(name: String, _ make: @escaping @Sendable () throws -> sending Value) -> ThreadedOpening<Value> {
    let opening = ThreadedOpening<Value>()
    do throws(NoThreadError) {
      try DetachedThread.start(name: name) { opening.fill(make) }
    } catch { opening.fill { throw error } }
    return opening
  }

  /// The lock is held while the value is made; whoever asks meanwhile does not wait for it.
  private func fill(_ make: () throws -> sending Value) {
    slot.withLock { slot in
      do { slot = .success(try make()) } catch { slot = .failure(error) }
    }
    answered.store(true, ordering: .releasing)
  }

  /// Whether the value was made, or could not be.
  var isAnswered: Bool { answered.load(ordering: .acquiring) }

  /// The answer, once; `nil` while there is none.
  func take() throws -> sending Value? {
    let result = slot.withLockIfAvailable { slot in slot.take() } ?? nil
    return try result?.get()
  }

  /// What nobody waits for goes, and closes, with the thread that makes it.
  func abandon() {}

  func adopt() -> Bool { true }
}
