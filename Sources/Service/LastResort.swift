internal import Dispatch
internal import Glibc

/// Ends the process when closing hangs: on a driver's call, on a disk that is gone.
public enum LastResort {
  /// A broadcast's closing takes less than this in every state; what still runs then is left behind.
  public static let patience: Duration = .milliseconds(2900)

  /// Ends the process with `status` unless it has ended by itself by then; `lastWords` come before.
  public static func exit(
    status: Int32, within patience: Duration = patience, after lastWords: @escaping @Sendable () -> Void = {}
  ) {
    DispatchQueue.global(qos: .userInitiated).asyncAfter(
      deadline: .now() + .milliseconds(Int(patience / .milliseconds(1)))
    ) {
      lastWords()
      _exit(status)
    }
  }
}
