internal import CLinux
internal import Glibc
public import Media
internal import Synchronization

/// SIGINT, SIGTERM and SIGHUP: the first asks to stop, the second ends the process at once.
///
/// SIGHUP may be given another meaning.
///
/// A thread that is there from the beginning waits for them, so they are obeyed where no other thread is to be had.
public struct StopSignals: Sendable {
  private let isWatching = Watch()

  /// Watches from now on.
  /// - Parameters:
  ///   - timeout: how long the stop may take; then the process ends.
  ///   - onHangup: called for each SIGHUP, in the same way, which does not ask to stop then.
  ///   - onStop: called once, on the thread that waits for signals; must not block.
  /// - Throws: where the system gives no thread.
  public init(
    within timeout: Duration = ExitDeadline.timeout, onHangup: (@Sendable () -> Void)? = nil,
    onStop: @escaping @Sendable () -> Void
  ) throws(NoThreadError) {
    // A peer that goes away must be an error of `write`, not the end of the process.
    _ = signal(SIGPIPE, SIG_IGN)
    // What was started with nohup outlives its terminal.
    let hangup = clinux_is_ignored(SIGHUP) == 0 ? [SIGHUP] : []
    try DetachedThread.start(name: "signals") { [isWatching] in Self.wait(timeout, isWatching, onHangup, onStop) }
    for number in [SIGINT, SIGTERM] + hangup { clinux_note_signal(number) }
  }

  private static func wait(
    _ timeout: Duration, _ watch: Watch, _ onHangup: (() -> Void)?, _ onStop: () -> Void
  ) {
    var deadline: MediaTime?
    while true {
      let left = deadline.map { max(.zero, $0 - .now()) }
      let number = clinux_next_signal(left.map { Int32(clamping: Int($0 / .milliseconds(1)) + 1) } ?? -1)
      guard watch.isOn else { return }
      if number == SIGHUP, let onHangup {
        onHangup()
      } else if number > 0 {
        if deadline != nil { _exit(128 + number) }
        deadline = .now() + timeout
        // Should even this thread be held up by what it calls, the kernel ends the process.
        _ = alarm(UInt32(clamping: Int(timeout / .seconds(1)) + 2))
        onStop()
      } else if let deadline, .now() >= deadline {
        _exit(0)
      }
    }
  }

  /// Stops watching: from now on signals do nothing.
  public func cancel() { isWatching.end() }

  private final class Watch: Sendable {
    private let state = Atomic<Bool>(true)
    var isOn: Bool { state.load(ordering: .relaxed) }
    func end() { state.store(false, ordering: .relaxed) }
  }
}
