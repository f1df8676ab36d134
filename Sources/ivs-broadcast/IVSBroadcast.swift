internal import ArgumentParser
internal import Broadcast
internal import BroadcastConfiguration
internal import Glibc
internal import Interface
internal import Service
internal import Settings

/// A terminal broadcaster for Amazon IVS.
@main
struct IVSBroadcast: AsyncParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "ivs-broadcast",
    abstract: "Puts a Linux camera on air: captures, encodes and publishes to Amazon IVS.",
    discussion: """
      Without a command it opens the console, which can go live within a minute, even without an account or a network.
      Unattended, to an IVS channel:
        ivs-broadcast stream --channel rtmps://HOST:443/app --stream-key-file FILE
      All settings, and how to change the console's keys: `ivs-broadcast settings`.
      """,
    version: version,
    subcommands: [
      ConsoleCommand.self, StreamCommand.self, CheckCommand.self, StatusCommand.self, ControlCommand.self,
      DevicesCommand.self, ChannelsCommand.self, SettingsCommand.self,
    ],
    defaultSubcommand: ConsoleCommand.self)

  /// Runs a command with standard output for its results alone; help is no command's result.
  static func main() async {
    ProcessSecrets.protect(taking: SecretSource.environmentVariables + ServiceManager.environmentVariables)
    let names = configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
    if let unknown = UnknownCommand(in: CommandLine.arguments.dropFirst(), among: names, of: "ivs-broadcast") {
      LineWriter.writeAll(unknown.text, to: STDERR_FILENO)
      _exit(ExitStatus.usage.rawValue)
    }
    do {
      var command = try parseAsRoot()
      StandardOutput.claim()
      if var command = command as? any AsyncParsableCommand { try await command.run() } else { try command.run() }
    } catch {
      StandardOutput.giveBack()
      // What was typed in the wrong place comes back in such a message.
      let text = fullMessage(for: error)
      guard Redaction.applied(to: text) != text else { exit(withError: error) }
      LineWriter.writeAll(Redaction.applied(to: text) + "\n", to: STDERR_FILENO)
      _exit(exitCode(for: error).rawValue)
    }
  }
}
