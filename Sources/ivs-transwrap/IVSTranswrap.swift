internal import ArgumentParser
internal import Glibc
internal import Service
internal import Settings

/// The WebSocket proxy in front of Amazon IVS.
@main
struct IVSTranswrap: AsyncParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "ivs-transwrap",
    abstract: "Accepts streams over WebSockets and publishes them to Amazon IVS over RTMPS.",
    discussion: """
      Clients connect to wss://HOST/v1/publish/CHANNEL (ws:// where it has no TLS) with a bearer token and send FLV (ivs-broadcast), WebM or MP4 \
      (browsers). The stream keys stay here.

        ivs-transwrap settings --example > settings.yaml
        ivs-transwrap token add --file tokens.yaml --channel venue --name "camera 1"
        ivs-transwrap serve --config settings.yaml
      """,
    version: version,
    subcommands: [ServeCommand.self, SettingsCommand.self, TokenCommand.self, HealthCommand.self])

  static func main() async {
    ProcessSecrets.protect(taking: ["TRANSWRAP_SETTINGS", "TRANSWRAP_TOKENS"], prefix: "TRANSWRAP_KEY_")
    let names = configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
    if let unknown = UnknownCommand(in: CommandLine.arguments.dropFirst(), among: names, of: "ivs-transwrap") {
      LineWriter.writeAll(unknown.text, to: STDERR_FILENO)
      _exit(ExitStatus.usage.rawValue)
    }
    do {
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand { try await command.run() } else { try command.run() }
    } catch {
      // What was typed in the wrong place comes back in such a message.
      let text = fullMessage(for: error)
      guard Redaction.applied(to: text) != text else { exit(withError: error) }
      LineWriter.writeAll(Redaction.applied(to: text) + "\n", to: STDERR_FILENO)
      _exit(exitCode(for: error).rawValue)
    }
  }
}
