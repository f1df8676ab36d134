internal import CLinux
internal import Dispatch
internal import Glibc
internal import Synchronization

/// SIGINT, SIGTERM and SIGHUP: the first asks to stop, the second ends the process at once.
public struct StopSignals {
  private let sources: [any DispatchSourceSignal]

  /// Watches from now on.
  /// - Parameters:
  ///   - patience: how long the stop may take; then the process ends.
  ///   - onStop: called once, on a thread of the system's.
  public init(within patience: Duration = LastResort.patience, onStop: @escaping @Sendable () -> Void) {
    let received = Counter()
    // A peer that goes away must be an error of `write`, not the end of the process.
    _ = signal(SIGPIPE, SIG_IGN)
    // What was started with nohup outlives its terminal.
    let hangup = clinux_is_ignored(SIGHUP) == 0 ? [SIGHUP] : []
    sources = ([SIGINT, SIGTERM] + hangup).map { number in
      _ = signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global(qos: .userInitiated))
      source.setEventHandler {
        guard received.next() == 1 else { _exit(128 + number) }
        onStop()
        LastResort.exit(status: 0, within: patience)
      }
      source.resume()
      return source
    }
  }

  /// Stops watching.
  public func cancel() { for source in sources { source.cancel() } }

  private final class Counter: Sendable {
    private let count = Atomic<Int>(0)
    func next() -> Int { count.wrappingAdd(1, ordering: .relaxed).newValue }
  }
}
