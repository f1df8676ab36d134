internal import Dispatch
internal import Glibc

/// Ends the process when closing hangs: on a driver's call, on a disk that is gone.
enum LastResort {
  /// Closing takes less than this in every state; what still runs then is left behind.
  private static let patience: DispatchTimeInterval = .milliseconds(2900)

  /// Ends the process with `status` unless it has ended by itself within the patience; `lastWords` come before.
  static func exit(status: Int32, after lastWords: @escaping @Sendable () -> Void = {}) {
    DispatchQueue.global(qos: .userInitiated).asyncAfter(deadline: .now() + patience) {
      lastWords()
      _exit(status)
    }
  }
}
