internal import Dispatch
internal import Foundation
internal import Synchronization

/// Writes text to a descriptor on a queue of its own, so that a paused terminal or a full pipe holds up nobody.
final class LineWriter: Sendable {
  private let queue: DispatchQueue
  private let handle: FileHandle
  private let limit: Int
  private let waiting = Atomic<Int>(0)

  /// Writes to `handle`; what comes while `limit` texts wait is left out.
  init(_ handle: FileHandle, name: String, limit: Int) {
    self.handle = handle
    self.limit = limit
    queue = DispatchQueue(label: name)
  }

  /// Takes a text; never waits.
  func write(_ data: Data) {
    guard waiting.load(ordering: .relaxed) < limit else { return }
    waiting.wrappingAdd(1, ordering: .relaxed)
    queue.async { [self] in
      try? handle.write(contentsOf: data)
      waiting.wrappingSubtract(1, ordering: .relaxed)
    }
  }

  /// Waits until all is written, but not long: the reader may never read again.
  func flush() {
    let group = DispatchGroup()
    queue.async(group: group) {}
    _ = group.wait(timeout: .now() + .milliseconds(300))
  }
}
