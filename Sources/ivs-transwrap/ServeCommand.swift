internal import ArgumentParser
internal import CLinux
internal import FoundationEssentials
internal import Glibc
internal import Logging
internal import Media
internal import NIOCore
internal import NIOPosix
internal import Service
internal import Settings
internal import TranswrapServer

/// `ivs-transwrap serve`: runs until SIGTERM, then drains.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Runs the proxy until told to stop.",
    discussion: """
      Settings are YAML, from --config or as text in the variable TRANSWRAP_SETTINGS; `ivs-transwrap settings` lists them \
      and prints a file to begin with. A channel's stream key can be in \
      TRANSWRAP_KEY_CHANNEL (upper case, - and . as _) instead of a file, the text of a tokens file in TRANSWRAP_TOKENS.

      SIGTERM or Control-C drains: new clients are refused, present ones are told to go elsewhere (close code 1012, or \
      before that by an event), and what is left after `drain` is closed. A second one exits immediately.

      Exit codes:
        0   stopped normally
        64  wrong option
        69  cannot listen
        70  fault of this program
        71  not enough threads
        78  wrong settings, or a file they name
      """)

  @Option(help: ArgumentHelp("Settings file.", valueName: "file"))
  var config: String?
  @Option(help: ArgumentHelp("Where clients connect (default: 127.0.0.1:8080).", valueName: "host:port"))
  var listen: String?
  @Option(help: ArgumentHelp("Where /healthz, /readyz and /metrics are (default: nowhere).", valueName: "host:port"))
  var adminListen: String?
  @Flag(
    name: .customLong("original-urls"),
    help: "Also accept clients of aws-simple-streaming-webapp, with their key in the path; allowed ingests only.")
  var originalURLs = false
  @Flag(help: "Listen without TLS beyond loopback; only behind a load balancer that terminates TLS.")
  var insecure = false
  @Option(help: ArgumentHelp("text or json (default: text).", valueName: "format"))
  var logFormat: String?
  @Option(help: ArgumentHelp("trace, debug, info, notice, warning or error (default: info).", valueName: "level"))
  var logLevel: String?

  func run() async throws {
    clinux_avoid_huge_pages()
    // Each browser's container has a thread: all of them share what is free after a burst.
    clinux_limit_heaps(2)
    let log = ProxyLog()
    defer { log.flush() }
    do throws(OperatorFailure) {
      let thread = try Self.mainThread()
      try await withTaskExecutorPreference(thread) { () async throws(OperatorFailure) in try await serve(log) }
    } catch {
      log.fail(error)
      throw ExitCode(error.exitStatus.rawValue)
    }
  }

  /// The thread of what is done once: with it, nothing waits for one of the system's when the proxy is to end.
  private static func mainThread() throws(OperatorFailure) -> ThreadExecutor {
    do throws(NoThreadError) {
      // The event loops, the pool that files and names are looked up on, and what the runtime starts.
      try DetachedThread.require(3 * System.coreCount + 8)
      return try ThreadExecutor(name: "main")
    } catch { throw OperatorFailure("\(error)", .system) }
  }

  private func serve(_ log: ProxyLog) async throws(OperatorFailure) {
    var settings = try readSettings()
    log.isJSON = settings.logFormat == .json
    let logger = log.logger(level: settings.logLevel)
    if let warning = settings.fit(descriptors: Int(clinux_raise_descriptor_limit())) { logger.warning("\(warning)") }
    if let exposure = settings.exposure { logger.warning("\(exposure)") }
    let group = MultiThreadedEventLoopGroup(numberOfThreads: System.coreCount)
    let (stops, stop) = AsyncStream<Void>.makeStream()
    do throws(NoThreadError) {
      _ = try StopSignals(within: settings.drain + .seconds(10)) { stop.yield() }
    } catch { throw OperatorFailure("\(error)", .system) }
    let server = try await ProxyServer.start(settings, group: group, logger: logger)
    logger.notice(
      "listening",
      metadata: [
        "address": "\(settings.tls == nil ? "ws" : "wss")://\(server.address)",
        "channels": "\(settings.channels.count)",
      ])
    if let address = server.adminAddress { logger.notice("admin", metadata: ["address": "http://\(address)"]) }
    for await _ in stops { break }
    await server.drain()
    log.flush()
    // Loops and queues end with the process: taking them down in order takes threads that may not be there.
    _exit(ExitStatus.success.rawValue)
  }

  private func readSettings() throws(OperatorFailure) -> ProxySettings {
    var overrides = ProxySettings.Overrides()
    overrides.listen = listen
    overrides.adminListen = adminListen
    overrides.hasOriginalURLs = originalURLs
    overrides.isInsecure = insecure
    overrides.logFormat = logFormat
    overrides.logLevel = logLevel
    let environment = ProcessInfo.processInfo.environment.merging(ProcessSecrets.environment) { $1 }
    guard let config else {
      let text = environment["TRANSWRAP_SETTINGS"] ?? ""
      guard !text.isEmpty || originalURLs else {
        throw OperatorFailure(
          "no settings", "give --config FILE; `ivs-transwrap settings --example` prints one to begin with",
          .configuration)
      }
      return try ProxySettings(text, path: "TRANSWRAP_SETTINGS", overrides: overrides, environment: environment)
    }
    let text: String
    do { text = try TextFile.read(config, limit: 1 << 20) } catch {
      throw OperatorFailure(
        error == .missing ? "\(config): no such settings file: check --config" : error.line(config), .configuration)
    }
    return try ProxySettings(text, path: config, overrides: overrides, environment: environment)
  }
}
