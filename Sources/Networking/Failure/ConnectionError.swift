public import Media

/// A step of the publishing dialogue, for errors.
public enum PublishStage: String, Sendable, Equatable {
  case tls, handshake, connect, createStream, publish, publishing, closing
}

/// Why a connection was not made, or did not last; `at` is `host:port`.
public enum ConnectionError: ExplainedError, Equatable, Sendable {
  case unknownHost(String)
  /// The interface that the connection was to go over is not there.
  case noInterface(String)
  case connectionRefused(at: String)
  case unreachable(at: String, reason: String)
  case connectTimeout(at: String, Duration)
  case tls(TLSFailure, at: String)
  case certificateFileUnreadable(path: String, reason: String)
  /// What was spoken to in the clear answers in TLS.
  case answersInTLS(at: String)
  case stageTimeout(PublishStage, at: String, Duration)
  case closedByServer(PublishStage, at: String)
  case connectionLost(reason: String, at: String)
  /// Nothing could be sent for this long.
  case stalled(Duration, at: String)

  /// What, where, and what to do.
  public var explanation: Explanation { explanation(over: .rtmp) }

  /// The same for a connection that was to speak another protocol.
  package func explanation(over spoken: ApplicationProtocol) -> Explanation {
    switch self {
    case .unknownHost(let host):
      Explanation("cannot find the host \(host)", "check its spelling and the name resolution of this machine")
    case .noInterface(let name):
      Explanation("there is no network interface \(name)", "check `bind-interface`; `ip link` lists what there is")
    case .connectionRefused(let at):
      Explanation("\(at) refused the connection", "check the host and port and that the server is running")
    case .unreachable(let at, let reason): Explanation("\(at) cannot be reached (\(reason))", "check the network")
    case .connectTimeout(let at, let limit):
      Explanation(
        "\(at) did not answer within \(limit.text)", "check the host and port and that no firewall blocks them")
    case .tls(let failure, let at):
      failure.explanation(at: at, over: spoken)
    case .certificateFileUnreadable(let path, let reason):
      Explanation("cannot use the certificate authorities in \(path) (\(reason))", "give a PEM file")
    case .answersInTLS(let at): Explanation("\(at) answers in TLS", "use \(spoken.secureScheme)")
    case .stageTimeout(let stage, let at, let limit):
      Explanation(
        "\(at) did not go on within \(limit.text) \(spoken.phrase(for: stage))", "try again, or another endpoint")
    case .closedByServer(let stage, let at):
      Self.closed(stage, at: at, over: spoken)
    case .connectionLost(let reason, let at):
      Explanation("the connection to \(at) was lost (\(reason))", "check the network; a new connection may work")
    case .stalled(let limit, let at):
      Explanation(
        "\(at) took nothing for \(limit.text): the network or the server stands still", "a new connection may work")
    }
  }

  private static func closed(_ stage: PublishStage, at: String, over spoken: ApplicationProtocol) -> Explanation {
    let what = "\(at) closed the connection \(spoken.phrase(for: stage))"
    return switch stage {
    case .tls, .handshake: Explanation(what, "check scheme, host and port")
    case .connect: Explanation(what, "check the application in the ingest URL")
    case .createStream, .publish: Explanation(what, "check the \(spoken.secret), and that nobody else uses it")
    case .publishing, .closing: Explanation(what, "a new connection may work; check the channel's limits if not")
    }
  }
}

extension ConnectionError: PublisherError {
  /// Whether it failed before there was a TCP connection.
  package var isWithoutConnection: Bool {
    switch self {
    case .unknownHost, .noInterface, .connectionRefused, .unreachable, .connectTimeout: true
    case .tls, .certificateFileUnreadable, .answersInTLS, .stageTimeout, .closedByServer, .connectionLost, .stalled:
      false
    }
  }

  /// What to make of it.
  package var kind: PublisherFailureKind {
    switch self {
    case .unknownHost: .unknownHost
    case .noInterface, .connectionRefused, .unreachable: .unavailable
    case .connectTimeout, .stageTimeout, .connectionLost, .stalled: .temporary
    case .tls, .answersInTLS: .protocol
    case .certificateFileUnreadable: .unreadableFile
    case .closedByServer(let stage, _):
      switch stage {
      case .createStream, .publish: .refused
      case .tls, .handshake, .connect: .protocol
      case .publishing, .closing: .temporary
      }
    }
  }
}
