internal import CLinux

/// There is no thread to be had: the system's limit is reached, or its memory used up.
public struct NoThreadError: ExplainedError, Equatable, Sendable {
  /// What the thread would have been for; its name.
  public var name: String

  /// Makes it.
  public init(name: String) { self.name = name }

  /// What, where, and what to do.
  public var explanation: Explanation {
    Explanation(
      "the system gives no thread for '\(name)'",
      "end other programs, or raise the limit (TasksMax= of the unit, ulimit -u)")
  }
}

/// A thread for work that blocks and may never come back.
public enum DetachedThread {
  private final class Work: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  /// Runs `body` on a new thread with a stack of 1 MiB.
  ///
  /// Never waits: whoever calls may be an event loop.
  /// - Parameter name: shown by `top -H`; the kernel keeps 15 bytes.
  /// - Throws: where the system gives no thread; `body` is never called then.
  public static func start(name: String, _ body: @escaping @Sendable () -> Void) throws(NoThreadError) {
    let work = unsafe Unmanaged.passRetained(Work(body))
    let run: @convention(c) (UnsafeMutableRawPointer?) -> Void = { pointer in
      guard let pointer = unsafe pointer else { return }
      unsafe Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue().body()
    }
    guard unsafe clinux_start_thread(name, 1 << 20, work.toOpaque(), run) != 0 else {
      unsafe work.release()
      throw NoThreadError(name: name)
    }
  }

  /// Finds out whether so many threads can be had at once, by starting and ending them.
  ///
  /// For a program's start: what its libraries start for themselves ends the process, or waits, where there is none.
  public static func require(_ count: Int) throws(NoThreadError) {
    let gate = ConditionSignal()
    var started = 0
    defer { for _ in 0..<started { gate.signal() } }
    while started < count {
      try start(name: "probe") { gate.wait() }
      started += 1
    }
  }
}
