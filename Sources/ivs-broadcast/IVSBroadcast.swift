internal import ArgumentParser

/// A terminal broadcaster for Amazon IVS.
@main
struct IVSBroadcast: AsyncParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "ivs-broadcast",
    abstract: "Puts a Linux camera on air: captures, encodes and publishes to Amazon IVS.",
    discussion: """
      A first try without an account or a network:
        ivs-broadcast stream --camera test --duration 30s
      To an IVS channel:
        ivs-broadcast stream --channel rtmps://HOST:443/app --stream-key-file FILE
      """,
    version: version,
    subcommands: [StreamCommand.self, DevicesCommand.self])
}
