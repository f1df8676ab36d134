/// How long a publication may stand still before it is given up.
public struct PublishDeadlines: Sendable, Equatable {
  /// Each step up to the accepted stream: name resolution and TCP connection together, TLS with the verification of the
  /// certificate, the RTMP handshake or the WebSocket's, and every answer after it.
  public var step: Duration
  /// The kernel may refuse bytes, and the peer may acknowledge none, for this long while some wait.
  public var sendStall: Duration
  /// The farewell, up to the closed socket.
  public var close: Duration

  /// Makes deadlines; the defaults suit the public internet.
  public init(step: Duration = .seconds(8), sendStall: Duration = .seconds(8), close: Duration = .seconds(2)) {
    self.step = step
    self.sendStall = sendStall
    self.close = close
  }
}
