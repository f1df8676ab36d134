internal import ArgumentParser
internal import Broadcast
internal import Control
internal import FoundationEssentials
internal import Interface
internal import Media
internal import Settings

/// `ivs-broadcast control`: tells a running broadcaster to do something.
struct ControlCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "control",
    abstract: "Tells a running broadcaster to do something.",
    discussion: """
      Commands:
      \(IntentGrammar.help)

      Reaches the broadcaster of the same user, with or without a console; root reaches any. Returns within five \
      seconds.

      Exit codes:
        0   done, or in progress
        64  not a command, or several broadcasters run: name one with --socket
        69  no broadcaster runs here, or it refused
        75  the broadcaster does not answer
        77  it belongs to another user
      """)

  @Option(help: ArgumentHelp("The broadcaster's control socket (default: the one that runs here).", valueName: "path"))
  var socket: String?
  @Argument(
    parsing: .allUnrecognized,
    help: ArgumentHelp("What to do, one of the commands above: mute on.", valueName: "command"))
  var command: [String] = []

  func run() throws {
    try Screen.failing { () throws(OperatorFailure) in
      let command = command.joined(separator: " ")
      // What is wrong with it is the same wherever it goes.
      _ = try IntentGrammar.parse(command)
      let deadline = MediaTime.now() + ControlSocket.timeout
      let place = ControlPlace(environment: ProcessInfo.processInfo.environment)
      let sockets = try RunningBroadcasters.sockets(named: socket, in: place)
      guard let path = sockets.first, sockets.count == 1 else {
        throw SeveralBroadcasters.failure(sockets, option: "--socket")
      }
      var client = try ControlClient.connect(to: path, until: deadline)
      if let text = try client.perform(command, until: deadline) { Output.result(text) }
    }
  }
}
