/// What a connection was to speak: errors give their advice in its words.
public enum ApplicationProtocol: Sendable {
  case rtmp
  case webSocket

  /// In the clear.
  var plainScheme: String { self == .rtmp ? "rtmp://" : "ws://" }
  /// In TLS.
  var secureScheme: String { self == .rtmp ? "rtmps://" : "wss://" }
  /// Where its address stands.
  var url: String { self == .rtmp ? "the ingest URL" : "the proxy's URL" }
  /// What lets a stream in.
  var secret: String { self == .rtmp ? "stream key" : "token" }

  /// What is going on at a stage, as part of a sentence.
  func phrase(for stage: PublishStage) -> String {
    switch stage {
    case .tls: "during the TLS handshake"
    case .handshake: self == .rtmp ? "during the RTMP handshake" : "while the WebSocket was opened"
    case .connect: "while the application was opened"
    case .createStream: "while the stream was created"
    case .publish: "instead of accepting the stream"
    case .publishing: "while the stream was running"
    case .closing: "while the stream was ended"
    }
  }
}
