/// How long each step of a publication may take.
public struct SRTDeadlines: Sendable, Equatable {
  /// Name resolution and SRT handshake together, over all of the host's addresses.
  public var connect: Duration
  /// The peer may acknowledge nothing for this long while something waits for it.
  public var stall: Duration
  /// The farewell: what waits goes out, up to the closed socket.
  public var close: Duration

  /// Makes deadlines; the defaults suit the public internet.
  public init(connect: Duration = .seconds(8), stall: Duration = .seconds(8), close: Duration = .seconds(1)) {
    self.connect = connect
    self.stall = stall
    self.close = close
  }
}
