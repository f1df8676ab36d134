internal import DequeModule
internal import Dispatch
internal import Synchronization

/// A thread of its own with a name, for tasks that block: capture, encode and write loops.
///
/// A pipeline is an ordinary child task that prefers this executor: errors propagate, cancellation arrives
/// (`Task.isCancelled` works in synchronous code), and its devices are local variables. The thread ends when the
/// executor is released and its last job has run.
public final class ThreadExecutor: TaskExecutor {
  private let jobs: Jobs

  /// Starts the thread.
  /// - Parameter name: shown by `top -H`; the kernel keeps 15 bytes.
  /// - Throws: where the system gives no thread.
  public init(name: String) throws(NoThreadError) {
    let jobs = Jobs()
    self.jobs = jobs
    try DetachedThread.start(name: name) {
      while let job = jobs.next() { job.run(on: jobs) }
    }
  }

  deinit { jobs.close() }

  /// Takes a job; any thread.
  public func enqueue(_ job: consuming ExecutorJob) { jobs.add(UnownedJob(job)) }

  /// What the thread and its handle share, so that the handle can go first.
  private final class Jobs: TaskExecutor {
    private struct State {
      var waiting = Deque<UnownedJob>()
      var isClosed = false
    }

    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)

    func enqueue(_ job: consuming ExecutorJob) { add(UnownedJob(job)) }

    func add(_ job: UnownedJob) {
      state.withLock { $0.waiting.append(job) }
      wake.signal()
    }

    func close() {
      state.withLock { $0.isClosed = true }
      wake.signal()
    }

    /// The next job, waiting for it; `nil` when the handle is gone and nothing waits.
    func next() -> UnownedJob? {
      while true {
        wake.wait()
        let (job, isClosed) = state.withLock { ($0.waiting.popFirst(), $0.isClosed) }
        if let job = job { return job }
        if isClosed { return nil }
      }
    }
  }
}

extension UnownedJob {
  fileprivate func run(on executor: some TaskExecutor) {
    unsafe runSynchronously(on: executor.asUnownedTaskExecutor())
  }
}
