internal import Broadcast
internal import CLinux
internal import Console
internal import Glibc
internal import Interface
internal import Settings
internal import Synchronization

/// What the console's thread and the rest of the program tell each other; nobody waits for the other.
final class ConsoleBridge: Sendable {
  /// What the operator asks of the engine; the number comes back with the answer.
  struct Request: Sendable {
    let number: Int
    let intent: Intent
  }

  /// What happened since the last look.
  struct Updates {
    var status: BroadcastStatus?
    var answers: [(number: Int, result: Result<Answer, OperatorFailure>)] = []
    var pages: [LogPage] = []
    /// Who else is live here, where that was looked at.
    var others: [LiveElsewhere]?
    var isResized = false
    var isContinued = false
    var isToSuspend = false
    var isToEnd = false
    var isHungUp = false
  }

  /// What the operator asks, in order.
  let requests: AsyncStream<Request>
  private let post: AsyncStream<Request>.Continuation
  private let updates = Mutex(Updates())
  private let isFinished = Mutex(false)
  private let ends: (read: Int32, write: Int32)

  /// Opens the pipe that wakes the console's thread.
  init() throws(OperatorFailure) {
    (requests, post) = AsyncStream.makeStream()
    var (reading, writing) = (Int32(-1), Int32(-1))
    guard unsafe clinux_pipe(&reading, &writing) == 0 else {
      throw OperatorFailure("no pipe can be made: too many open files", .system)
    }
    ends = (reading, writing)
  }

  deinit {
    close(ends.read)
    close(ends.write)
  }

  /// Readable when there are updates.
  var wakeDescriptor: Int32 { ends.read }

  /// Tells the console something; any thread.
  func tell(_ change: (inout Updates) -> Void) {
    updates.withLock { change(&$0) }
    var byte: UInt8 = 1
    _ = unsafe write(ends.write, &byte, 1)
  }

  /// What there is to know since the last call.
  func take() -> Updates {
    var bytes: (UInt64, UInt64) = (0, 0)
    while unsafe read(ends.read, &bytes, 16) > 0 {}
    return updates.withLock { updates in
      defer { updates = Updates() }
      return updates
    }
  }

  /// Hands an intent to whoever reads ``requests``.
  func send(_ intent: Intent, number: Int) { post.yield(Request(number: number, intent: intent)) }

  /// No more requests come.
  func finish() {
    isFinished.withLock { $0 = true }
    post.finish()
  }

  /// Tells who else is live; answers whether anybody still wants to know.
  func tell(others: [LiveElsewhere]) -> Bool {
    guard !isFinished.withLock({ $0 }) else { return false }
    tell { $0.others = others }
    return true
  }
}
