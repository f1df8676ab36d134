internal import ArgumentParser
internal import Broadcast
internal import Control
internal import FoundationEssentials
internal import Glibc
internal import Interface
internal import Media
internal import Service
internal import Settings

/// `ivs-broadcast status`: how a running broadcaster is.
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Shows the state of the running broadcaster.",
    discussion: """
      If several run, shows all of them. Returns within five seconds; with --watch, runs until the broadcaster exits.

      Exit codes:
        0   shown
        69  no broadcaster runs here
        75  the broadcaster does not answer
        77  it belongs to another user

      Fields of --json and --json-status; what was not measured is absent:
      \(StatusFields.text)
      """)

  @Flag(help: "Print JSON, one object a line, as --json-status writes it.")
  var json = false
  @Flag(help: "Print a status each second.")
  var watch = false
  @Option(help: ArgumentHelp("The broadcaster's control socket (default: all that run here).", valueName: "path"))
  var socket: String?

  func run() throws {
    try Screen.failing { () throws(OperatorFailure) in
      let place = ControlPlace(environment: ProcessInfo.processInfo.environment)
      let sockets = try RunningBroadcasters.sockets(named: socket, in: place)
      if watch { return try follow(sockets) }
      // One that does not answer must not take the others' time.
      let timeout = ControlSocket.timeout / sockets.count
      var failure: OperatorFailure?
      for path in sockets {
        do throws(OperatorFailure) {
          let deadline = MediaTime.now() + timeout
          var client = try ControlClient.connect(to: path, until: deadline)
          let status = try client.status(until: deadline)
          if sockets.count > 1, !json { put("\(path):") }
          say(status, process: client.processIdentifier)
        } catch {
          if let failure { Screen.say(failure) }
          failure = error
        }
      }
      if let failure, sockets.count == 1 || failure.exitStatus != .unavailable { throw failure }
    }
  }

  private func follow(_ sockets: [String]) throws(OperatorFailure) {
    guard let path = sockets.first, sockets.count == 1 else {
      throw SeveralBroadcasters.failure(sockets, option: "--socket")
    }
    let first = MediaTime.now() + ControlSocket.timeout
    var client = try ControlClient.connect(to: path, until: first)
    try client.watch(until: first)
    say(try client.readStatus(until: first), process: client.processIdentifier)
    while let status = try client.nextStatus(until: .now() + ControlSocket.timeout) {
      say(status, process: client.processIdentifier)
    }
  }

  private func say(_ status: BroadcastStatus, process: Int32) {
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      if let line = try? encoder.encode(status) { put(String(decoding: line, as: UTF8.self)) }
    } else {
      let isTerminal = isatty(StandardOutput.descriptor) == 1
      let columns = isTerminal ? Screen.columns(of: StandardOutput.descriptor) : 1000
      if watch {
        put(StatusLine.text(status, columns: columns, hasColor: isTerminal && Screen.wantsColor))
      } else {
        let since = WallClock.local(Double(WallClock.secondsSince1970) - status.onAirSeconds, "%F %T")
        put(
          StatusReport.text(
            status, since: since, process: process, columns: columns, hasColor: isTerminal && Screen.wantsColor))
      }
    }
  }

  private func put(_ text: String) { LineWriter.writeAll(text.namingOptions + "\n", to: StandardOutput.descriptor) }
}
