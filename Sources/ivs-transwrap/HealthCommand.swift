internal import ArgumentParser
internal import Settings
internal import TranswrapServer

/// `ivs-transwrap health`: asks a proxy how it is, for images without curl.
struct HealthCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "health", abstract: "Checks that a running proxy is healthy; exit code 0 or 69.")

  @Option(help: ArgumentHelp("URL to query (default: http://127.0.0.1:9464/healthz).", valueName: "url"))
  var url = "http://127.0.0.1:9464/healthz"

  func run() async throws {
    do throws(OperatorFailure) { try await HealthCheck.ask(url) } catch {
      let log = ProxyLog()
      log.fail(error)
      log.flush()
      throw ExitCode(error.exitStatus.rawValue)
    }
  }
}
