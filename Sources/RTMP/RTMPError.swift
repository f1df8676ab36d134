/// A step of the publishing dialogue, for errors.
public enum PublishStage: String, Sendable, Equatable {
  case tls, handshake, connect, createStream, publish, publishing, closing
}

/// Why TLS did not come about.
public enum TLSFailure: Sendable, Equatable {
  /// No trusted authority stands behind the certificate.
  case unknownAuthority
  /// The certificate is for another host.
  case hostNameMismatch
  /// The certificate is past its last day.
  case expired
  /// The certificate's first day is yet to come, or the clock here is wrong.
  case notYetValid
  /// What came back is not TLS.
  case notTLS
  /// The server closed the connection before the handshake was complete.
  case closedDuringHandshake
  /// The server wants a TLS version below 1.2.
  case versionTooOld
  /// The handshake did not end in time.
  case timeout(Duration)
  /// Something else, in the library's words.
  case other(String)
}

/// Why publishing, or listening for publishers, failed; `at` is `host:port`.
public enum RTMPError: Error, Equatable, Sendable, CustomStringConvertible {
  case unknownHost(String)
  case connectionRefused(at: String)
  case unreachable(at: String, reason: String)
  case connectTimeout(at: String, Duration)
  case tls(TLSFailure, at: String)
  case certificateFileUnreadable(path: String, reason: String)
  case notRTMP(at: String)
  /// What was spoken to in the clear answers in TLS.
  case answersInTLS(at: String)
  /// The server names another one, to which the key is not sent unasked.
  case redirected(to: String, at: String)
  case stageTimeout(PublishStage, at: String, Duration)
  /// The server said no, in its own words.
  case publishRefused(code: String, description: String, at: String)
  case closedByServer(PublishStage, at: String)
  case connectionLost(reason: String, at: String)
  /// Nothing could be sent for this long.
  case stalled(Duration, at: String)
  case protocolViolation(String, at: String)
  case cannotListen(at: String, reason: String)
  /// The publisher was closed by its owner.
  case closed
  /// The task was cancelled.
  case cancelled

  /// One line for a person: what, where, what to do.
  public var description: String { description(over: .rtmp) }

  /// The same for a connection that was to speak another protocol.
  package func description(over spoken: SpokenProtocol) -> String {
    switch self {
    case .unknownHost(let host):
      "cannot find the host \(host): check its spelling and the name resolution of this machine"
    case .connectionRefused(let at):
      "\(at) refused the connection: check host and port, and that the server runs"
    case .unreachable(let at, let reason):
      "\(at) cannot be reached (\(reason)): check the network"
    case .connectTimeout(let at, let limit):
      "\(at) did not answer within \(limit.text): check host and port, and that no firewall blocks them"
    case .tls(let failure, let at):
      failure.description(at: at, over: spoken)
    case .certificateFileUnreadable(let path, let reason):
      "cannot use the certificate authorities in \(path) (\(reason)): give a PEM file"
    case .notRTMP(let at):
      "\(at) does not speak RTMP: check scheme, host and port"
    case .answersInTLS(let at):
      "\(at) answers in TLS: use \(spoken.secureScheme)"
    case .redirected(let target, let at):
      "\(at) sends the stream to \(target): give that as the channel if the stream key may go there"
    case .stageTimeout(let stage, let at, let limit):
      "\(at) did not go on within \(limit.text) \(spoken.phrase(for: stage)): try again, or another endpoint"
    case .publishRefused(let code, let description, let at):
      "\(at) refused the stream: \(code)\(description.isEmpty ? "" : " (\(description))"): \(Self.advice(for: code))"
    case .closedByServer(let stage, let at):
      Self.closedDescription(stage, at: at, over: spoken)
    case .connectionLost(let reason, let at):
      "the connection to \(at) was lost (\(reason)): check the network; a new connection may work"
    case .stalled(let limit, let at):
      "\(at) took nothing for \(limit.text): the network or the server stands still; a new connection may work"
    case .protocolViolation(let what, let at):
      "\(at) sent something that is not RTMP (\(what)): check that it is an RTMP server"
    case .cannotListen(let at, let reason):
      "cannot listen on \(at) (\(reason)): choose another port"
    case .closed: "the publisher is closed: open a new one"
    case .cancelled: "publishing was cancelled: start it again when wanted"
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

  private static func closedDescription(_ stage: PublishStage, at: String, over spoken: SpokenProtocol) -> String {
    let what = "\(at) closed the connection \(spoken.phrase(for: stage))"
    return switch stage {
    case .tls, .handshake: "\(what): check scheme, host and port"
    case .connect: "\(what): check the application in the ingest URL"
    case .createStream, .publish: "\(what): the \(spoken.secret) is probably wrong, or in use already"
    case .publishing, .closing: "\(what): a new connection may work; check the channel's limits if not"
    }
  }
}

extension TLSFailure {
  func description(at: String, over spoken: SpokenProtocol) -> String {
    switch self {
    case .unknownAuthority:
      "no trusted authority vouches for the certificate of \(at): check the host, or name its authority with "
        + "--tls-ca-file"
    case .hostNameMismatch:
      "the certificate of \(at) is for another host: check the host name in \(spoken.url)"
    case .expired:
      "the certificate of \(at) has expired: the server's operator has to renew it; check this machine's date too"
    case .notYetValid:
      "the certificate of \(at) is not valid yet: check this machine's date"
    case .notTLS:
      "\(at) does not answer in TLS: use \(spoken.plainScheme) for a plain server, or check the port"
    case .closedDuringHandshake:
      "\(at) closed the connection during the TLS handshake: it may be a plain server (\(spoken.plainScheme)), or check "
        + "the port"
    case .versionTooOld:
      "\(at) offers no TLS 1.2 or newer: the server has to be updated"
    case .timeout(let limit):
      "\(at) did not complete the TLS handshake within \(limit.text): it may be a plain server "
        + "(\(spoken.plainScheme)), or check the port"
    case .other(let reason):
      "TLS with \(at) failed (\(reason)): check host and port"
    }
  }
}

extension Duration {
  /// `10 s`, `1.5 s`, `250 ms`.
  fileprivate var text: String {
    let (seconds, attoseconds) = components
    if attoseconds == 0 { return "\(seconds) s" }
    let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
    return milliseconds < 1000 ? "\(milliseconds) ms" : "\(Double(milliseconds) / 1000) s"
  }
}
