internal import ArgumentParser

/// The WebSocket proxy in front of Amazon IVS.
@main
struct IVSTranswrap: AsyncParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "ivs-transwrap",
    abstract: "Takes streams over WebSockets and publishes them to Amazon IVS by RTMPS.",
    discussion: """
      Clients connect to wss://HOST/v1/publish/CHANNEL with a bearer token and send FLV (ivs-broadcast), WebM or MP4 \
      (browsers). The stream keys stay here.

        ivs-transwrap token add --file tokens.yaml --channel venue --name "camera 1"
        ivs-transwrap serve --config settings.yaml
      """,
    version: version,
    subcommands: [ServeCommand.self, TokenCommand.self, HealthCommand.self])
}
