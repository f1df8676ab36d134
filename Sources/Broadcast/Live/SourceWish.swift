internal import Synchronization

/// Which source is wanted; may change while another one is on air.
final class SourceWish<Specification: Sendable>: Sendable {
  private let specification: Mutex<Specification>
  private let changes = Atomic<Int>(0)

  init(_ specification: Specification) { self.specification = Mutex(specification) }

  /// What is wanted now, with its generation.
  var current: (specification: Specification, generation: Int) {
    specification.withLock { ($0, changes.load(ordering: .acquiring)) }
  }

  /// Counts up with each change; cheap enough for each frame.
  var generation: Int { changes.load(ordering: .acquiring) }

  /// Wants another source, or the same one opened anew.
  ///
  /// Any thread.
  func change(to wanted: Specification) {
    specification.withLock { specification in
      specification = wanted
      changes.wrappingAdd(1, ordering: .releasing)
    }
  }
}
