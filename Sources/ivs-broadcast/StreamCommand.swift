internal import ArgumentParser
internal import Broadcast
internal import BroadcastConfiguration
internal import CLinux
internal import Control
internal import FoundationEssentials
internal import Interface
internal import Logging
internal import Media
internal import Publishing
internal import Service
internal import Settings
internal import StatusCollection

/// `ivs-broadcast stream`: streams until it is told to stop.
struct StreamCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stream",
    abstract: "Streams a camera and a microphone until told to stop.",
    discussion: """
      On a terminal it shows one status line that updates in place; otherwise it writes log lines to standard error. \
      Control-C or SIGTERM closes the stream and exits within three seconds; a second one exits immediately.

      The stream key comes from --stream-key-file, the variable IVS_STREAM_KEY, the systemd credential \
      ivs-stream-key, or a prompt; the token for a proxy from --token-file, IVS_TRANSWRAP_TOKEN, ivs-transwrap-token, \
      or a prompt; the passphrase of an SRT channel from --passphrase-file, IVS_SRT_PASSPHRASE or ivs-srt-passphrase. \
      They are not accepted on the command line.

      Exit codes:
        0   stopped normally
        64  wrong option
        65  not a media file
        66  no such camera, microphone or media file
        68  unknown host
        69  connection refused, or device busy
        70  fault of an encoder or of this program
        71  system error
        73  cannot create recording or status file
        74  device or file failed
        75  connection lost or timed out
        76  certificate or protocol
        77  no permission, or stream key refused
        78  settings or key file missing or wrong, or no stream key
      """)

  @OptionGroup(title: "Settings")
  var options: BroadcastOptions
  @Option(
    help: ArgumentHelp(
      "Write a JSON status line each second to a file, or - for standard output; `help status` lists its fields.",
      valueName: "file"))
  var jsonStatus: String?

  func run() async throws {
    clinux_avoid_huge_pages()
    let screen = Screen()
    defer { screen.flush() }
    do {
      let values = try options.values()
      try await stream(BroadcastSettings(options: values), values, on: screen)
    } catch let failure as OperatorFailure {
      screen.fail(failure)
      throw ExitCode(failure.exitStatus.rawValue)
    } catch let error as NoThreadError {
      screen.fail(OperatorFailure(any: error))
      throw ExitCode(ExitStatus.system.rawValue)
    }
  }

  private func stream(
    _ settings: BroadcastSettings, _ values: [SettingKey: SettingValue], on screen: Screen
  ) async throws {
    try DetachedThread.require(8)
    let events = EventLog()
    let logger = screen.logger(level: settings.logLevel, events: events)
    // Nobody else needs the file with the keys, and a service may not be allowed to look.
    let savedChannels: SavedChannels? =
      if case .saved = settings.channel { try SavedChannels(path: options.place.channelsFile) } else { nil }
    // Keys are the console's, and end no broadcast without one.
    do throws(OperatorFailure) { _ = try options.keymap() } catch { logger.warning("\(error)") }
    let secrets = try secrets(for: settings, savedChannels)
    let file = try jsonStatus.map(StatusFile.init(path:))
    let broadcaster = try Broadcaster(
      .stream(isLogShared: screen.isShared, readSettings: options.reader()), values: values, place: options.place,
      secrets: secrets,
      savedChannels: savedChannels,
      events: events, logger: logger)
    let service = ServiceReporter(logger: logger)
    let engine = EndingEngine(broadcaster: broadcaster, service: service, logger: logger)
    // At a terminal a hangup is the end; a service manager means the settings by it.
    @Sendable func readSettings() { Task { await engine.handle(.reload) } }
    let stops = try StopSignals(onHangup: service == nil ? nil : readSettings) {
      Task {
        service?.stopping()
        await broadcaster.handle(.stop)
      }
    }
    defer { stops.cancel() }
    let control = await ControlSocket.open(
      settings.controlSocket, for: engine, logger: logger)
    let reporter = Task { await report(broadcaster, on: screen, file, service) }
    let outcome = await broadcaster.broadcast { outcome in
      service?.stopping()
      ExitDeadline.enforce(status: outcome.exitStatus.rawValue) {
        if let failure = outcome.failure { screen.fail(failure) }
        screen.flush()
      }
    }
    reporter.cancel()
    await reporter.value
    file?.write(await broadcaster.status())
    await control?.stop()
    await broadcaster.close()
    screen.clearStatus()
    file?.flush()
    if let failure = outcome.failure { throw failure }
  }

  /// Shows, writes and tells the status once a second.
  private func report(
    _ broadcaster: Broadcaster, on screen: Screen, _ file: StatusFile?, _ service: ServiceReporter?
  ) async {
    while !Task.isCancelled {
      let status = await broadcaster.status()
      service?.show(status)
      screen.show(status)
      file?.write(status)
      try? await Task.sleep(for: .seconds(1))
    }
  }

  /// What was given; whoever sits at the terminal is asked for a key that the account does not show.
  private func askingSecrets(_ settings: BroadcastSettings) throws -> ChannelSecrets {
    var secrets = try options.secrets(settings)
    secrets.ask = { question in
      KeyPrompt.ask(question).flatMap { try? SecretSource.checkKey($0, from: "the prompt") }
    }
    return secrets
  }

  private func secrets(for settings: BroadcastSettings, _ savedChannels: SavedChannels?) throws -> ChannelSecrets {
    let address: ChannelAddress
    switch settings.channel {
    case .local: return ChannelSecrets()
    case .account, .anyIngest: return try askingSecrets(settings)
    case .saved(let name):
      // What is not here the account may have.
      guard let entry = savedChannels?[name], entry.hasSecret || entry.arn == nil else {
        return try askingSecrets(settings)
      }
      try entry.check(settings)
      if entry.hasSecret {
        let needsMore = settings.proxy != nil || entry.address.takesPassphrase
        return needsMore ? try options.secrets(settings) : ChannelSecrets()
      }
      address = entry.address
    case .address(let given): address = given
    }
    var secrets = try options.secrets(settings)
    if address.wantsToken {
      if secrets.token == nil, let typed = KeyPrompt.ask("Token for \(address.host): ") {
        secrets.token = try SecretSource.checkToken(typed, from: "the prompt")
      }
      guard secrets.token != nil else { throw SecretSource.missing(for: address) }
    } else if settings.route != .proxy || settings.proxy == nil {
      if secrets.key == nil, let typed = KeyPrompt.ask("Stream key for \(address.host): ") {
        secrets.key = try SecretSource.checkKey(typed, from: "the prompt")
      }
      guard secrets.key != nil else { throw SecretSource.missing(for: address) }
    }
    return secrets
  }
}
