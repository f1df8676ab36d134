/// How long each step of a publication may take.
public struct PublishDeadlines: Sendable, Equatable {
  /// Name resolution and TCP connection together.
  public var connect: Duration
  /// The TLS handshake with the verification of the certificate.
  public var tls: Duration
  /// The RTMP handshake.
  public var handshake: Duration
  /// From `connect` to `NetStream.Publish.Start`.
  public var publish: Duration
  /// The kernel may refuse bytes, and the peer may acknowledge none, for this long while some wait.
  public var sendStall: Duration
  /// The farewell, up to the closed socket.
  public var close: Duration

  /// Makes deadlines; the defaults suit the public internet.
  public init(
    connect: Duration = .seconds(10), tls: Duration = .seconds(10), handshake: Duration = .seconds(10),
    publish: Duration = .seconds(10), sendStall: Duration = .seconds(8), close: Duration = .seconds(2)
  ) {
    self.connect = connect
    self.tls = tls
    self.handshake = handshake
    self.publish = publish
    self.sendStall = sendStall
    self.close = close
  }
}
