internal import Dispatch
internal import Media
internal import NIOCore
internal import Networking
internal import Packets
internal import Synchronization

/// What the callers of a publisher and its thread share; every part of it is a value behind a lock that nobody holds
/// while they wait.
final class SRTLink: Sendable {
  /// Bytes on their way to the library.
  struct Job {
    /// Whole MPEG-TS packets; what was taken is read.
    var bytes: ByteBuffer
    /// The packet that they are of.
    let packet: EncodedPacket
    fileprivate let sender: CheckedContinuation<SRTError?, Never>

    /// Gives the sender back: the library has everything.
    func isTaken() { sender.resume(returning: nil) }
  }

  private struct State {
    var jobs = CircularBuffer<Job>()
    var isOpen = false
    var closeBy: MediaTime?
    var end: SRTError?
    var statistics = SRTStatistics()
    var opener: CheckedContinuation<SRTError?, Never>?
    var waiters: [Int: CheckedContinuation<SRTError, Never>] = [:]
    var lastWaiter = 0
  }

  private let state = Mutex(State())
  private let wake = DispatchSemaphore(value: 0)

  // MARK: For the thread

  /// Waits until a caller has something, at most for `limit`.
  func wait(atMost limit: Duration) {
    _ = wake.wait(timeout: .now() + .milliseconds(Int(limit.wholeMilliseconds)))
  }

  /// Wakes the thread.
  func signal() { wake.signal() }

  /// The next bytes to send.
  func nextJob() -> Job? { state.withLock { $0.jobs.popFirst() } }

  /// Until when the connection is to be closed, where that is wanted.
  var closeBy: MediaTime? { state.withLock { $0.closeBy } }

  /// The connection is there.
  func hasOpened() {
    let opener = state.withLock { state in
      state.isOpen = true
      defer { state.opener = nil }
      return state.opener
    }
    opener?.resume(returning: nil)
  }

  /// Makes new figures known.
  func show(_ statistics: SRTStatistics) { state.withLock { $0.statistics = statistics } }

  /// The connection is over, or never came about; everybody who waits is told.
  func end(_ error: SRTError, _ current: Job? = nil) {
    let (opener, waiters, jobs, reason) = state.withLock { state in
      let reason = state.end ?? error
      state.end = reason
      defer {
        state.opener = nil
        state.waiters = [:]
        state.jobs = []
      }
      return (state.opener, state.waiters, state.jobs, reason)
    }
    opener?.resume(returning: reason)
    current?.sender.resume(returning: reason)
    for job in jobs { job.sender.resume(returning: reason) }
    for waiter in waiters.values { waiter.resume(returning: reason) }
  }

  // MARK: For the callers

  /// The newest figures.
  var statistics: SRTStatistics { state.withLock { $0.statistics } }

  /// Waits until the connection is there; an error where it does not come about.
  func waitUntilOpen() async -> SRTError? {
    await withCheckedContinuation { continuation in
      let known = state.withLock { state -> SRTError?? in
        if let end = state.end { return .some(end) }
        if state.isOpen { return .some(nil) }
        state.opener = continuation
        return nil
      }
      if let known { continuation.resume(returning: known) }
    }
  }

  /// Waits until the library has taken `bytes`; an error where the connection is over.
  func send(
    _ bytes: ByteBuffer, of packet: EncodedPacket, isolation: isolated (any Actor)?
  ) async -> SRTError? {
    await withCheckedContinuation(isolation: isolation) { continuation in
      let end = state.withLock { state in
        if state.end == nil {
          state.jobs.append(Job(bytes: bytes, packet: packet, sender: continuation))
        }
        return state.end
      }
      if let end { continuation.resume(returning: end) } else { wake.signal() }
    }
  }

  /// Has the connection closed within `limit`.
  func close(within limit: Duration) {
    state.withLock { state in
      if state.closeBy == nil { state.closeBy = .now() + limit }
    }
    wake.signal()
  }

  /// Waits for the end of the connection; `cancelled` when the waiting task is cancelled.
  func waitUntilEnded() async -> SRTError {
    let number = state.withLock { state in
      state.lastWaiter += 1
      return state.lastWaiter
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let known = state.withLock { state -> SRTError? in
          if let end = state.end { return end }
          if Task.isCancelled { return .cancelled }
          state.waiters[number] = continuation
          return nil
        }
        if let known { continuation.resume(returning: known) }
      }
    } onCancel: {
      state.withLock { $0.waiters.removeValue(forKey: number) }?.resume(returning: .cancelled)
    }
  }
}
