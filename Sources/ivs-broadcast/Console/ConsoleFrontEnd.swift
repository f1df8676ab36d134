internal import Console
internal import FoundationEssentials
internal import Interface
internal import Media
internal import Pipeline
internal import Service
internal import Synchronization

/// The full-screen console of an engine, from the first screen to the last.
struct ConsoleFrontEnd {
  let keymap: Keymap
  let log: ConsoleLog
  let isFirstRun: Bool
  /// What was decided about the console.
  var settings: ConsoleSettings

  /// A console that is over, whose terminal is restored; its engine may go on for a while.
  struct Shown: ~Copyable {
    let end: ConsoleLoop.End
    fileprivate let log: ConsoleLog
    fileprivate let bridge: ConsoleBridge
    fileprivate let tasks: [Task<Void, Never>]
    fileprivate let signals: ConsoleSignals
    fileprivate let foreign: Foreign

    /// Ends what is left.
    /// - Parameter timeout: how long a broadcast goes on when its terminal has gone away: somebody may come back to it.
    func finish(within timeout: Duration, _ close: () async -> Void) async {
      if case .terminalLost = end {
        log.write(
          "warning", "the terminal is gone: the broadcast ends in \(Int(timeout.inSeconds.rounded())) s (terminal-lost)"
        )
        let deadline = MediaTime.now() + timeout
        while MediaTime.now() < deadline, !bridge.take().isToEnd { try? await Task.sleep(for: .milliseconds(100)) }
      }
      ExitDeadline.enforce(status: 0) { Terminal.restore() }
      bridge.finish()
      for task in tasks { task.cancel() }
      await close()
      log.flush()
      signals.cancel()
      foreign.end()
    }
  }

  /// What libraries print meanwhile, which goes to the log.
  fileprivate final class Foreign: Sendable {
    private let output = Mutex<LibraryOutputCapture?>(nil)

    func begin(_ log: ConsoleLog) { output.withLock { $0 = LibraryOutputCapture { log.writeForeign($0) } } }
    func end() { output.withLock { $0?.end() } }
  }

  /// Shows `engine` until the operator quits or the terminal is gone.
  /// - Parameters:
  ///   - keepKeys: keeps the operator's own keys for the next time.
  ///   - onOpen: called once the terminal is open.
  ///   - begin: called after it, before anything is asked of the engine.
  /// - Throws: `TerminalError` where there is no terminal to show anything on.
  func show(
    _ engine: any Engine, _ tap: PreviewTap, keepKeys: @escaping @Sendable ([String: String]) -> Void = { _ in },
    onOpen: @escaping @Sendable () -> Void = {},
    begin: @escaping @Sendable (ConsoleBridge) async -> Void
  ) async throws -> Shown {
    let bridge = try ConsoleBridge()
    let signals = ConsoleSignals(bridge)
    var options = TerminalOptions()
    options.logPath = log.path
    options.output = StandardOutput.descriptor
    let loop = ConsoleLoop(
      bridge: bridge, tap: tap, options: options, keymap: keymap, settings: settings, isFirstRun: isFirstRun,
      reader: LogReader(log) { page in bridge.tell { $0.pages.append(page) } }, keepKeys: keepKeys,
      sshConnection: ProcessInfo.processInfo.environment["SSH_CONNECTION"])
    let tasks = Mutex<[Task<Void, Never>]>([])
    let foreign = Foreign()
    let thread = try ThreadExecutor(name: "console")
    let end: ConsoleLoop.End
    do {
      end = try await Task(executorPreference: thread) { [log] in
        try loop.run {
          foreign.begin(log)
          onOpen()
          tasks.withLock { tasks in
            tasks = [
              Task {
                await begin(bridge)
                await Self.answer(bridge, by: engine)
              }, Task { await Self.report(engine, to: bridge) },
            ]
          }
        }
      }.value
    } catch {
      signals.cancel()
      foreign.end()
      throw error
    }
    withExtendedLifetime(thread) {}
    return Shown(
      end: end, log: log, bridge: bridge, tasks: tasks.withLock { $0 }, signals: signals, foreign: foreign)
  }

  /// Answers what the console asks.
  private static func answer(_ bridge: ConsoleBridge, by engine: any Engine) async {
    var queue = IntentQueue(engine)
    for await request in bridge.requests {
      queue.perform(request.intent) { result in
        // What it changed is seen with the answer.
        let status = await engine.status()
        bridge.tell {
          $0.status = status
          $0.answers.append((request.number, result))
        }
      }
    }
  }

  /// Tells the console five times a second how it is.
  private static func report(_ engine: any Engine, to bridge: ConsoleBridge) async {
    while !Task.isCancelled {
      let status = await engine.status()
      bridge.tell { $0.status = status }
      try? await Task.sleep(for: .milliseconds(200))
    }
  }
}
