internal import ArgumentParser
internal import Service

/// A terminal broadcaster for Amazon IVS.
@main
struct IVSBroadcast: AsyncParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "ivs-broadcast",
    abstract: "Puts a Linux camera on air: captures, encodes and publishes to Amazon IVS.",
    discussion: """
      Without a command it opens the console, which goes live within a minute, without an account or a network too.
      Without anybody to look on, to an IVS channel:
        ivs-broadcast stream --channel rtmps://HOST:443/app --stream-key-file FILE
      """,
    version: version,
    subcommands: [
      ConsoleCommand.self, StreamCommand.self, CheckCommand.self, StatusCommand.self, ControlCommand.self,
      DevicesCommand.self, ChannelsCommand.self,
    ],
    defaultSubcommand: ConsoleCommand.self)

  /// Runs a command with standard output for its results alone; help is no command's result.
  static func main() async {
    do {
      var command = try parseAsRoot()
      StandardOutput.claim()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      StandardOutput.giveBack()
      exit(withError: error)
    }
  }
}
