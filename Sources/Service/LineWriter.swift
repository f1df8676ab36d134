internal import Dispatch
internal import Glibc
internal import Synchronization

/// Writes text to a descriptor on a queue of its own, so that a paused terminal or a full pipe holds up nobody.
public final class LineWriter: Sendable {
  private let queue: DispatchQueue
  private let descriptor: Int32
  private let limit: Int
  private let waiting = Atomic<Int>(0)

  /// Writes to `descriptor`, which stays open; what comes while `limit` texts wait is left out.
  public init(_ descriptor: Int32, name: String, limit: Int) {
    self.descriptor = descriptor
    self.limit = limit
    queue = DispatchQueue(label: name)
  }

  /// Takes a text; never waits.
  public func write(_ text: String) {
    guard waiting.load(ordering: .relaxed) < limit else { return }
    waiting.wrappingAdd(1, ordering: .relaxed)
    queue.async { [self] in
      Self.writeAll(text, to: descriptor)
      waiting.wrappingSubtract(1, ordering: .relaxed)
    }
  }

  /// Waits until all is written, but not long: the reader may never read again.
  public func flush() {
    let group = DispatchGroup()
    queue.async(group: group) {}
    _ = group.wait(timeout: .now() + .milliseconds(300))
  }

  /// Writes a text whole, waiting as long as it takes; stops where the reader is gone or the disk is full.
  public static func writeAll(_ text: String, to descriptor: Int32) {
    var text = text
    text.withUTF8 { bytes in
      var rest = unsafe UnsafeRawBufferPointer(bytes)[...]
      while unsafe !rest.isEmpty {
        let part = unsafe UnsafeRawBufferPointer(rebasing: rest)
        let count = unsafe Glibc.write(descriptor, part.baseAddress, part.count)
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { return }
        unsafe rest = unsafe rest.dropFirst(count)
      }
    }
  }
}
