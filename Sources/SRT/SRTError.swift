public import Codec
public import Media
public import Networking

/// Why publishing over SRT failed; `at` is `host:port`.
public enum SRTError: ExplainedError, Equatable, Sendable {
  case unknownHost(String)
  /// The name was not resolved, or nobody answered the handshake, within this time.
  case noAnswer(at: String, Duration)
  case unreachable(at: String, reason: String)
  /// The network interface that it was to go over is not there, or may not be chosen.
  case interface(ConnectionError)
  /// The server said no.
  case rejected(SRTRejection, at: String, hasPassphrase: Bool)
  case connectionLost(reason: String, at: String)
  /// The server acknowledged nothing for this long.
  case stalled(Duration, at: String)
  /// The library refuses to work.
  case library(reason: String)
  /// The system gives no thread to connect and send on.
  case noThread(NoThreadError)
  /// The stream key cannot go with SRT.
  case unusableKey(SRTStreamIDError)
  /// The packets cannot be wrapped in MPEG-TS.
  case wrapping(CodecError)
  /// The publisher was closed by its owner.
  case closed
  /// The task was cancelled.
  case cancelled

  /// What, where, and what to do.
  public var explanation: Explanation {
    switch self {
    case .unknownHost(let host):
      Explanation("cannot find the host \(host)", "check its spelling and the name resolution of this machine")
    case .noAnswer(let at, let limit):
      Explanation(
        "\(at) did not answer over SRT within \(limit.text)", "check the host and port and that no firewall blocks UDP")
    case .unreachable(let at, let reason):
      Explanation("\(at) cannot be reached over SRT (\(reason))", "check the network")
    case .interface(let error): error.explanation
    case .rejected(let rejection, let at, let hasPassphrase):
      Explanation(
        "\(at) refused the SRT connection (\(rejection.words))", Self.advice(for: rejection.kind, hasPassphrase))
    case .connectionLost(let reason, let at):
      Explanation("the SRT connection to \(at) was lost (\(reason))", "check the network; a new connection may work")
    case .stalled(let limit, let at):
      Explanation(
        "\(at) acknowledged nothing over SRT for \(limit.text): the network or the server stands still",
        "a new connection may work")
    case .library(let reason):
      Explanation("the SRT library does not work here (\(reason))", "publish over rtmps:// instead")
    case .noThread(let error): error.explanation
    case .unusableKey(let error): error.explanation
    case .wrapping(let error): error.explanation
    case .closed: Explanation("the publisher is closed", "open a new one")
    case .cancelled: Explanation("publishing was cancelled", "start it again when wanted")
    }
  }

  private static func advice(for kind: SRTRejection.Kind, _ hasPassphrase: Bool) -> String {
    switch kind {
    case .secret:
      hasPassphrase
        ? "check the passphrase, and whether the channel wants one"
        : "give the channel's passphrase with `passphrase-file` or IVS_SRT_PASSPHRASE"
    case .unwanted: "the stream key or the passphrase is wrong or in use, or check the channel and its limits"
    case .busy: "try again later"
    case .incompatible: "check that it is a server for live streams over SRT, or publish over rtmps://"
    case .local: "check this machine's memory and limits"
    }
  }
}

extension SRTError: PublisherError {
  /// Whether nobody answered.
  package var isWithoutConnection: Bool {
    switch self {
    case .unknownHost, .noAnswer, .unreachable, .interface: true
    case .rejected, .connectionLost, .stalled, .library, .noThread, .unusableKey, .wrapping, .closed, .cancelled: false
    }
  }

  /// What to make of it.
  package var kind: PublisherFailureKind {
    switch self {
    case .unknownHost: .unknownHost
    case .unreachable, .interface: .unavailable
    case .noAnswer, .connectionLost, .stalled, .closed, .cancelled: .temporary
    case .library, .noThread, .wrapping: .system
    case .unusableKey: .configuration
    case .rejected(let rejection, _, _):
      switch rejection.kind {
      case .secret, .unwanted: .refused
      case .busy: .unavailable
      case .incompatible: .protocol
      case .local: .system
      }
    }
  }

  /// A stream that runs already is refused in the same way as a wrong one.
  package var mayBeBusy: Bool {
    guard case .rejected(let rejection, _, _) = self else { return false }
    return rejection.kind == .unwanted || rejection.kind == .busy
  }
}
