internal import Dispatch
internal import Glibc
internal import Media

/// Ends the process when closing hangs: on a driver's call, on a disk that is gone.
public enum ExitDeadline {
  /// A broadcast's closing takes less than this in every state; what still runs then is left behind.
  public static let timeout: Duration = .milliseconds(2900)

  /// Ends the process with `status` unless it has ended by itself by then; `lastWords` come before.
  public static func enforce(
    status: Int32, within timeout: Duration = timeout, after lastWords: @escaping @Sendable () -> Void = {}
  ) {
    let end = MediaTime.now() + timeout
    do throws(NoThreadError) {
      try DetachedThread.start(name: "exit-deadline") {
        sleepThread(until: end)
        lastWords()
        _exit(status)
      }
    } catch {
      // Nobody's thread is there: one of the system's queues may come to have one.
      DispatchQueue.global(qos: .userInitiated).asyncAfter(
        deadline: .now() + .milliseconds(Int(timeout / .milliseconds(1)))
      ) {
        lastWords()
        _exit(status)
      }
    }
  }
}
