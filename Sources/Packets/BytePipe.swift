internal import DequeModule
internal import Dispatch
internal import Media
public import NIOCore
internal import Synchronization

/// Bytes on their way from an event loop, which never waits, to a thread that reads them as it would read a file.
///
/// Bounded by its writer: ``write(_:)`` says when enough waits, and the writer is told when there is room again.
public final class BytePipe: Sendable {
  private struct State {
    var waiting = Deque<ByteBuffer>()
    var bytes = 0
    var isFinished = false
    var isFull = false
  }

  private let limit: Int
  private let onRoom: @Sendable () -> Void
  private let state = Mutex(State())
  private let wake = DispatchSemaphore(value: 0)

  /// Makes a pipe.
  /// - Parameters:
  ///   - limit: bytes above which the writer ought to stop.
  ///   - onRoom: called on the reader's thread when a full pipe is half empty again.
  public init(limit: Int, onRoom: @escaping @Sendable () -> Void) {
    self.limit = limit
    self.onRoom = onRoom
  }

  /// Adds bytes, also to a full pipe; false when it is full now.
  ///
  /// Any thread; bytes after ``finish()`` are let go.
  public func write(_ bytes: ByteBuffer) -> Bool {
    let isOpen = state.withLock { state in
      guard !state.isFinished else { return true }
      state.waiting.append(bytes)
      state.bytes += bytes.readableBytes
      // Full until the writer was told of room: it waits for that, whatever else was on its way to it.
      state.isFull = state.isFull || state.bytes >= limit
      return !state.isFull
    }
    wake.signal()
    return isOpen
  }

  /// No more bytes come: the reader gets what waits, then the end.
  public func finish() {
    state.withLock { $0.isFinished = true }
    wake.signal()
  }

  /// Ends the reading at once.
  public func cancel() {
    state.withLock { state in
      state.isFinished = true
      state.waiting.removeAll()
      state.bytes = 0
    }
    wake.signal()
  }

  /// Bytes that wait.
  public var count: Int { state.withLock { $0.bytes } }

  /// Reads what is there, at most `target.count` bytes, waiting for the first; zero at the end.
  ///
  /// For one thread.
  public func read(into target: UnsafeMutableRawBufferPointer) -> Int {
    let room = target.count
    guard room > 0 else { return 0 }
    while true {
      let part = state.withLock { state -> (bytes: ByteBuffer, hasRoom: Bool)? in
        guard let first = state.waiting.first else { return nil }
        var bytes = first
        let length = min(bytes.readableBytes, room)
        guard let piece = bytes.readSlice(length: length) else { return nil }
        if bytes.readableBytes == 0 { state.waiting.removeFirst() } else { state.waiting[0] = bytes }
        state.bytes -= length
        let hasRoom = state.isFull && state.bytes <= limit / 2
        if hasRoom { state.isFull = false }
        return (piece, hasRoom)
      }
      if let part {
        let count = part.bytes.readableBytes
        unsafe part.bytes.withUnsafeReadableBytes { unsafe target.copyMemory(from: $0) }
        if part.hasRoom { onRoom() }
        if count > 0 { return count }
        continue
      }
      if state.withLock({ $0.isFinished && $0.waiting.isEmpty }) { return 0 }
      wake.wait()
    }
  }
}
