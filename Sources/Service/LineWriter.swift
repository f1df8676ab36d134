internal import Dispatch
internal import Glibc
internal import Media
internal import Synchronization

/// Writes text to a descriptor on a thread of its own, so that a paused terminal or a full pipe holds up nobody.
///
/// The thread is there from the beginning: a queue of the system's would wait, in the caller, for one where none is to
/// be had. Where there is none even now, callers write for themselves.
public final class LineWriter: Sendable {
  private let work: Work

  /// Writes to `descriptor`, which stays open; what comes while `limit` texts wait is left out.
  public init(_ descriptor: Int32, name: String, limit: Int) {
    let work = Work(descriptor, limit)
    self.work = work
    do throws(NoThreadError) {
      try DetachedThread.start(name: name) { work.run() }
      work.hasThread()
    } catch {}
  }

  deinit { work.close() }

  /// Takes a text; never waits.
  public func write(_ text: String) { work.add(text) }

  /// Waits until all is written, but not long: the reader may never read again.
  public func flush() { work.flush(within: .milliseconds(300)) }

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

  /// What the thread and its handle share, so that the handle can go first.
  private final class Work: Sendable {
    private struct State {
      var waiting: [String] = []
      /// Texts that were taken and are not yet written.
      var count = 0
      var flushes: [DispatchSemaphore] = []
      var hasThread = false
      var isClosed = false
    }

    private let descriptor: Int32
    private let limit: Int
    private let state = Mutex(State())
    private let wake = ConditionSignal()

    init(_ descriptor: Int32, _ limit: Int) {
      self.descriptor = descriptor
      self.limit = limit
    }

    func hasThread() { state.withLock { $0.hasThread = true } }

    func add(_ text: String) {
      let isAlone = state.withLock { state -> Bool in
        guard state.hasThread else { return true }
        guard state.count < limit else { return false }
        state.waiting.append(text)
        state.count += 1
        return false
      }
      if isAlone { return LineWriter.writeAll(text, to: descriptor) }
      wake.signal()
    }

    func flush(within limit: DispatchTimeInterval) {
      let written = DispatchSemaphore(value: 0)
      let waits = state.withLock { state -> Bool in
        guard state.count > 0 else { return false }
        state.flushes.append(written)
        return true
      }
      if waits { _ = written.wait(timeout: .now() + limit) }
    }

    func close() {
      state.withLock { $0.isClosed = true }
      wake.signal()
    }

    func run() {
      while true {
        let (texts, isClosed) = state.withLock { state -> ([String], Bool) in
          defer { state.waiting = [] }
          return (state.waiting, state.isClosed)
        }
        for text in texts { LineWriter.writeAll(text, to: descriptor) }
        let flushes = state.withLock { state -> [DispatchSemaphore] in
          state.count -= texts.count
          guard state.count == 0 else { return [] }
          defer { state.flushes = [] }
          return state.flushes
        }
        for flush in flushes { flush.signal() }
        if texts.isEmpty {
          if isClosed { return }
          wake.wait()
        }
      }
    }
  }
}
