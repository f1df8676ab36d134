internal import ArgumentParser
internal import Broadcast
internal import BroadcastConfiguration
internal import CLinux
internal import Console
internal import Control
internal import FoundationEssentials
internal import Interface
internal import Logging
internal import Media
internal import Pipeline
internal import Service
internal import Settings
internal import Synchronization

/// `ivs-broadcast`: the full-screen console.
struct ConsoleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "console",
    abstract: "Opens the full-screen console (the default command).",
    discussion: """
      Shows the picture, the levels and the health of the stream, and has menus for camera, microphone and channel. \
      The key ? lists all keys. Choices are kept in ~/.config/ivs-broadcast/settings.yaml, channels in channels.yaml \
      beside it. If the terminal goes away, the broadcast continues for ten seconds (see --terminal-lost) and then stops.
      """)

  @OptionGroup(title: "Settings")
  var options: BroadcastOptions
  @Flag(help: "Show everything, change nothing.")
  var readOnly = false
  @Flag(help: "Go live at once.")
  var live = false

  func run() async throws {
    clinux_avoid_huge_pages()
    do { try await open() } catch {
      let screen = Screen()
      let failure =
        (error as? TerminalError).map { OperatorFailure("\($0)", .unavailable) } ?? OperatorFailure(any: error)
      screen.fail(failure)
      screen.flush()
      throw ExitCode(failure.exitStatus.rawValue)
    }
  }

  private func open() async throws {
    try DetachedThread.require(8)
    let place = options.place
    let isFirstRun = !place.hasSettings && options.config == nil
    let values = try options.values()
    let settings = try BroadcastSettings(options: values)
    let remapped = try options.settingsFile.map(SettingsFile.loadKeys) ?? [:]
    let keymap = try remapped.isEmpty ? Keymap() : Keymap(remaps: remapped)
    let log = ConsoleLog(directory: place.logDirectory)
    let events = EventLog()
    let logger = log.logger(level: settings.logLevel, events: events)
    let broadcaster = try Broadcaster(
      .console(settingsFile: options.config ?? place.settingsFile), values: values, place: place,
      secrets: options.secrets(settings), events: events, logger: logger)
    let bridge = try ConsoleBridge()
    let signals = ConsoleSignals(bridge)
    defer { signals.cancel() }
    var terminalOptions = TerminalOptions()
    terminalOptions.logPath = log.path
    terminalOptions.output = StandardOutput.descriptor
    let foreign = Mutex<ForeignOutput?>(nil)
    defer { foreign.withLock { $0?.end() } }
    let loop = ConsoleLoop(
      bridge: bridge, tap: broadcaster.tap, options: terminalOptions, keymap: keymap, isReadOnly: readOnly,
      isFirstRun: isFirstRun && !live, sshConnection: ProcessInfo.processInfo.environment["SSH_CONNECTION"])
    let tasks = Mutex<[Task<Void, Never>]>([])
    let thread = try ThreadExecutor(name: "console")
    let goesLive = live
    let engine: any Engine = readOnly ? ReadOnlyEngine(broadcaster) : broadcaster
    let control = Mutex<Task<ControlServer?, Never>?>(nil)
    let end = try await Task(executorPreference: thread) {
      try loop.run {
        foreign.withLock { $0 = ForeignOutput { log.writeForeign($0) } }
        tasks.withLock { tasks in
          tasks.append(
            Task {
              await broadcaster.start()
              if goesLive { Task { try await broadcaster.perform(.goLive) } }
              await answer(bridge, by: engine)
            })
          tasks.append(Task { await report(engine, to: bridge) })
        }
        control.withLock { opening in
          opening = Task { await ControlSocket.open(settings.controlSocket, for: engine, logger: logger) }
        }
      }
    }.value
    withExtendedLifetime(thread) {}
    let server = await control.withLock { $0 }?.value
    await finish(end, settings.terminalLost, broadcaster, log, tasks.withLock { $0 }, bridge, server)
  }

  /// Answers what the console asks.
  private func answer(_ bridge: ConsoleBridge, by engine: any Engine) async {
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
  private func report(_ engine: any Engine, to bridge: ConsoleBridge) async {
    while !Task.isCancelled {
      let status = await engine.status()
      bridge.tell { $0.status = status }
      try? await Task.sleep(for: .milliseconds(200))
    }
  }

  private func finish(
    _ end: ConsoleLoop.End, _ timeout: Duration, _ broadcaster: Broadcaster, _ log: ConsoleLog,
    _ tasks: [Task<Void, Never>], _ bridge: ConsoleBridge, _ control: ControlServer?
  ) async {
    if case .terminalLost = end {
      // Somebody may come back to a broadcast that a broken line left behind; but not for ever.
      let deadline = MediaTime.now() + timeout
      while MediaTime.now() < deadline, !bridge.take().isToEnd { try? await Task.sleep(for: .milliseconds(100)) }
    }
    LastResort.exit(status: 0) { Terminal.restore() }
    bridge.finish()
    for task in tasks { task.cancel() }
    await control?.stop()
    await broadcaster.close()
    log.flush()
  }
}
