internal import Dispatch
internal import Glibc

/// What the system tells a full-screen program, as news for its thread.
struct ConsoleSignals {
  private let sources: [any DispatchSourceSignal]

  init(_ bridge: ConsoleBridge) {
    _ = signal(SIGPIPE, SIG_IGN)
    let table: [(Int32, @Sendable (inout ConsoleBridge.Updates) -> Void)] = [
      (SIGWINCH, { $0.isResized = true }), (SIGCONT, { $0.isContinued = true }), (SIGTSTP, { $0.isToSuspend = true }),
      (SIGINT, { $0.isToEnd = true }), (SIGTERM, { $0.isToEnd = true }), (SIGHUP, { $0.isHungUp = true }),
    ]
    sources = table.map { number, change in
      if number != SIGCONT { _ = signal(number, SIG_IGN) }
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global(qos: .userInitiated))
      source.setEventHandler { bridge.tell(change) }
      source.resume()
      return source
    }
  }

  /// Stops watching.
  func cancel() { for source in sources { source.cancel() } }
}
