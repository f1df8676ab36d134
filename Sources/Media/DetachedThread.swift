internal import CLinux

/// A thread for work that blocks and may never come back.
public enum DetachedThread {
  private final class Work: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  /// Runs `body` on a new thread with a stack of 1 MiB, as soon as the system gives one.
  /// - Parameter name: shown by `top -H`; the kernel keeps 15 bytes.
  public static func start(name: String, _ body: @escaping @Sendable () -> Void) {
    let work = unsafe Unmanaged.passRetained(Work(body))
    let run: @convention(c) (UnsafeMutableRawPointer?) -> Void = { pointer in
      guard let pointer = unsafe pointer else { return }
      unsafe Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue().body()
    }
    while unsafe clinux_start_thread(name, 1 << 20, work.toOpaque(), run) == 0 {
      sleepThread(until: .now() + .milliseconds(100))
    }
  }
}
