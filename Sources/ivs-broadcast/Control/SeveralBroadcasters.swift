internal import Control
internal import Interface
internal import Media
internal import Settings

/// What there is to say where one broadcaster is wanted and several run: each with what it does.
enum SeveralBroadcasters {
  /// Asks each, which takes two seconds at most.
  static func failure(_ sockets: [String], option: String) -> OperatorFailure {
    let deadline = MediaTime.now() + .seconds(2)
    let told = sockets.map { path in "\(path) (\(describe(path, until: deadline)))" }
    return OperatorFailure(
      "several broadcasters run here", "name one with \(option): \(told.joined(separator: ", "))", .usage)
  }

  private static func describe(_ path: String, until deadline: MediaTime) -> String {
    do throws(OperatorFailure) {
      var client = try ControlClient.connect(to: path, until: deadline)
      let status = try client.status(until: deadline)
      let isOnAir = status.phase == .live
      return "process \(client.processIdentifier), \(isOnAir ? "live on \(status.choice.channel)" : "not live")"
    } catch { return "does not answer" }
  }
}
