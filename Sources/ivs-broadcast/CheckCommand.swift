internal import ArgumentParser
internal import BroadcastConfiguration
internal import FoundationEssentials
internal import Glibc
internal import Preflight
internal import Settings

/// `ivs-broadcast check`: looks before going live.
struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Checks everything needed to go live, within 15 s, without going on air.",
    discussion: """
      Takes the options and the settings file of `stream` and checks what it would use: settings, camera, \
      microphone, encoder, disk, AWS credentials, clock, the channel with its key and limits, DNS, TCP, TLS, proxy. \
      Each problem is shown with its cause and what to do.

      With --upload it also sends test pictures to the real ingest for four seconds and measures what arrives: viewers \
      may see them.

      Examples:
        ivs-broadcast check
        ivs-broadcast check --config kiosk.yaml --json
        ivs-broadcast check --camera usb:3A2F71 --channel venue
        ivs-broadcast check --channel venue --video-bitrate 6000k --upload

      The exit code is 0 where nothing failed, warnings or not; else that of the first row that failed, as `stream` \
      would end with it.
      """)

  @OptionGroup(title: "Settings")
  var options: BroadcastOptions
  @Flag(help: "Print one JSON object: ready, exitCode, problems, warnings, rows.")
  var json = false
  @Flag(help: "Send test pictures to the real ingest and measure the upload; viewers may see them.")
  var upload = false

  func run() async throws {
    let screen = CheckScreen(isJSON: json)
    let report = await look(screen)
    screen.finish(report)
    guard report.isReady else { throw ExitCode(report.exitStatus.rawValue) }
  }

  private func look(_ screen: CheckScreen) async -> CheckReport {
    let settings: BroadcastSettings
    do throws(OperatorFailure) {
      settings = try BroadcastSettings(options: options.values())
      _ = try options.keymap()
    } catch {
      return PreflightCheck.failed(error) { screen.show($0) }
    }
    let savedChannels = Result { () throws(OperatorFailure) -> SavedChannels? in
      if case .saved = settings.channel { try SavedChannels(path: options.place.channelsFile) } else { nil }
    }
    let secrets = Result { () throws(OperatorFailure) in
      if case .saved(let name) = settings.channel { try (try? savedChannels.get())?[name]?.check(settings) }
      return settings.channel == .local ? ChannelSecrets() : try options.secrets(settings)
    }
    var request = PreflightCheck.Request()
    request.settingsFile = options.settingsFile
    request.uploads = upload
    request.asks = isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1
    return await PreflightCheck(settings: settings, secrets: secrets, savedChannels: savedChannels, request: request)
      .run {
        screen.show($0)
      }
  }
}
