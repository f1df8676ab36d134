/// A broadcast of another process of this machine.
public struct LiveElsewhere: Equatable, Sendable {
  /// The process.
  public let process: Int32
  /// Where it sends to.
  public let channel: String
  /// Its control socket.
  public let socket: String

  /// Makes one.
  public init(process: Int32, channel: String, socket: String) {
    (self.process, self.channel, self.socket) = (process, channel, socket)
  }

  /// The command that shows it.
  public var watching: String { "ivs-broadcast --read-only --control-socket \(socket)" }
}
