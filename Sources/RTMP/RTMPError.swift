public import Media
public import Networking

/// Why publishing, or listening for publishers, failed; `at` is `host:port`.
public enum RTMPError: ExplainedError, Equatable, Sendable {
  /// The connection was not made, or did not last.
  case connection(ConnectionError)
  case notRTMP(at: String)
  /// The server names another one, to which the key is not sent unasked.
  case redirected(to: String, at: String)
  /// The server said no, in its own words.
  case publishRefused(code: String, description: String, at: String)
  case protocolViolation(String, at: String)
  case cannotListen(at: String, reason: String)
  /// The publisher was closed by its owner.
  case closed
  /// The task was cancelled.
  case cancelled

  /// What, where, and what to do.
  public var explanation: Explanation {
    switch self {
    case .connection(let error): error.explanation
    case .notRTMP(let at): Explanation("\(at) does not speak RTMP", "check scheme, host and port")
    case .redirected(let target, let at):
      Explanation("\(at) sends the stream to \(target)", "give that as the channel if the stream key may go there")
    case .publishRefused(let code, let description, let at):
      Explanation(
        "\(at) refused the stream: \(code)\(description.isEmpty ? "" : " (\(description))")", Self.advice(for: code))
    case .protocolViolation(let what, let at):
      Explanation("\(at) sent something that is not RTMP (\(what))", "check that it is an RTMP server")
    case .cannotListen(let at, let reason): Explanation("cannot listen on \(at) (\(reason))", "choose another port")
    case .closed: Explanation("the publisher is closed", "open a new one")
    case .cancelled: Explanation("publishing was cancelled", "start it again when wanted")
    }
  }

  private static func advice(for code: String) -> String {
    switch code {
    case "NetStream.Publish.BadName": "the stream key is wrong, or somebody publishes with it already"
    case "NetConnection.Connect.InvalidApp": "check the application in the ingest URL"
    case "NetStream.Publish.Denied", "NetStream.Publish.Rejected", "NetConnection.Connect.Rejected":
      "check the stream key and the channel"
    default: "check the stream key, the channel and its limits"
    }
  }
}

extension RTMPError: ChannelPublisherError {
  /// Whether the server did not take the connection.
  package var isWithoutConnection: Bool {
    if case .connection(let error) = self { error.isWithoutConnection } else { false }
  }

  /// What to make of it.
  package var kind: PublisherFailureKind {
    switch self {
    case .connection(let error): error.kind
    case .cannotListen, .redirected: .unavailable
    case .notRTMP, .protocolViolation: .protocol
    case .publishRefused: .refused
    case .closed, .cancelled: .temporary
    }
  }

  /// Some refuse a second stream under one name in words, others by hanging up on it.
  package var mayBeBusy: Bool {
    switch self {
    case .publishRefused(let code, let description, _):
      code.lowercased() == "netstream.publish.badname" || description.lowercased().contains("already publishing")
    case .connection(.closedByServer(.publish, _)), .connection(.closedByServer(.createStream, _)): true
    default: false
    }
  }
}
