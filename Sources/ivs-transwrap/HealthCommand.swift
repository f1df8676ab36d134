internal import ArgumentParser
internal import Settings
internal import TranswrapServer

/// `ivs-transwrap health`: asks a proxy how it is, for images without curl.
struct HealthCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "health", abstract: "Checks that a running proxy is healthy.",
    discussion: """
      Asks /healthz at the proxy's `admin-listen` address, which `serve` opens only where it is set; the sample settings \
      show 127.0.0.1:9464.

      Exit codes:
        0   healthy
        69  no answer, or not healthy
      """)

  @Option(help: ArgumentHelp("URL to query.", valueName: "url"))
  var url = "http://127.0.0.1:9464/healthz"

  func run() async throws {
    do throws(OperatorFailure) {
      try await HealthCheck.ask(url)
      print("\(url): healthy")
    } catch {
      let log = ProxyLog()
      log.fail(error)
      log.flush()
      throw ExitCode(error.exitStatus.rawValue)
    }
  }
}
