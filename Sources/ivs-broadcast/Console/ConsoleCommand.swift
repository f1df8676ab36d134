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
internal import StatusCollection
internal import Synchronization

/// `ivs-broadcast`: the full-screen console.
struct ConsoleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "console",
    abstract: "Opens the full-screen console (the default command).",
    discussion: """
      Shows the picture, the levels and the health of the stream, and has menus for camera, microphone and channel. \
      The key ? lists all keys, K changes them (the table `keys:` in the settings file, see `ivs-broadcast settings`). Choices are saved in ~/.config/ivs-broadcast/settings.yaml, channels in channels.yaml \
      beside it. If the terminal goes away, the broadcast continues for ten seconds (see --terminal-lost) and then stops.
      """)

  @OptionGroup(title: "Settings")
  var options: BroadcastOptions
  @Flag(help: "Show everything, change nothing; watches the broadcaster that runs here already, if one does.")
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
    let keymap = try options.keymap()
    let log = ConsoleLog(directory: place.logDirectory)
    let events = EventLog()
    let logger = log.logger(level: settings.logLevel, events: events)
    let others = OtherBroadcasters(settings.controlSocket)
    var face = ConsoleFrontEnd(
      keymap: keymap, log: log, isFirstRun: isFirstRun && !live, settings: consoleSettings(place, log))
    if readOnly, let path = try others.only {
      let watched = try WatchedBroadcaster(path: path)
      face.settings.isWatching = true
      let shown = try await face.show(watched, PreviewTap()) { _ in }
      watched.stop()
      return await shown.finish(within: .zero) {}
    }
    let broadcaster = try Broadcaster(
      .console(settingsFile: options.config ?? place.settingsFile), values: values, place: place,
      secrets: options.secrets(settings), events: events, logger: logger)
    let goesLive = live
    let engine: any Engine = readOnly ? ReadOnlyEngine(broadcaster) : broadcaster
    let control = Mutex<Task<ControlServer?, Never>?>(nil)
    let shown = try await face.show(engine, broadcaster.tap) {
      broadcaster.keep(keys: $0)
    } onOpen: {
      control.withLock { opening in
        opening = Task { await ControlSocket.open(settings.controlSocket, for: engine, logger: logger) }
      }
    } begin: { bridge in
      others.follow(logger) { bridge.tell(others: $0) }
      await broadcaster.start()
      if goesLive { Task { try await broadcaster.perform(.goLive) } }
    }
    let server = await control.withLock { $0 }?.value
    await shown.finish(within: settings.terminalLost) {
      await server?.stop()
      await broadcaster.close()
    }
    if case .quit = shown.end { sayWhatIsLeft(events.events, log: log.path) }
  }

  private func consoleSettings(_ place: SettingsPlace, _ log: ConsoleLog) -> ConsoleSettings {
    var settings = ConsoleSettings(traits: TerminalTraits(colors: .mono, glyphs: .ascii))
    settings.isReadOnly = readOnly
    settings.places.log = log.path
    settings.places.settings = options.config ?? place.settingsFile
    settings.places.channels = place.channelsFile
    return settings
  }

  /// Leaves on the shell what was on air, and the files that were made.
  private func sayWhatIsLeft(_ events: [BroadcastEvent], log: String) {
    let left = ["on air ", "recorded ", "snapshot "].flatMap { word in
      events.map(\.text).filter { $0.hasPrefix(word) }
    }
    guard !left.isEmpty else { return }
    let screen = Screen()
    for line in left + ["log \(log)"] { screen.line(line) }
    screen.flush()
  }
}
