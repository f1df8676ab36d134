public import Media
public import Networking

/// Why publishing through a proxy failed.
public enum ProxyError: ExplainedError, Equatable, Sendable {
  /// The connection to the proxy could not be made, or broke.
  case connection(ConnectionError)
  /// The HTTP proxy of the network, at `through`, opened no way to the proxy.
  case tunnel(TunnelRefusal, through: String, at: String)
  /// The proxy, or what stands in its place, answered the request with an HTTP status: with its words, or where a
  /// redirect leads.
  case answered(status: Int, String, at: String)
  /// The proxy said why it ends the stream.
  case refused(ServerEvent.Notice, at: String)
  /// The proxy is about to end, or has no room: come again.
  case comeAgain(String, at: String)
  /// What answers speaks no WebSocket, or not as RFC 6455 has it: what is wrong, in words.
  case notWebSocket(String, at: String)
  /// The publisher was closed by its owner.
  case closed
  /// The task was cancelled.
  case cancelled

  /// What, where, and what to do.
  public var explanation: Explanation {
    switch self {
    case .connection(let error): error.explanation(over: .webSocket)
    case .tunnel(let refusal, let through, let at): refusal.explanation(through: through, at: at)
    case .answered(let status, let text, let at): Self.answer(status, text.isEmpty ? "" : ": \(text)", at)
    case .refused(let notice, let at):
      Explanation("the proxy \(at) ended the stream: \(notice.message) (\(notice.code))")
    case .comeAgain(let why, let at):
      Explanation("the proxy \(at) cannot take the stream now (\(why))", "a new attempt may work")
    case .notWebSocket(let what, let at): Explanation("\(at) speaks no WebSocket (\(what))", "check the proxy's URL")
    case .closed: Explanation("the publisher is closed", "open a new one")
    case .cancelled: Explanation("publishing was cancelled", "start it again when wanted")
    }
  }

  private static func answer(_ status: Int, _ text: String, _ at: String) -> Explanation {
    switch status {
    case 200..<300:
      Explanation(
        "\(at) answered with a page (\(status)\(text)) instead of a WebSocket",
        "log in to this network with a browser if that is its page, else check the proxy's URL")
    case 300..<400:
      Explanation(
        "\(at) sends elsewhere (\(status)\(text))",
        "log in to this network with a browser if that is its page, else correct the proxy's URL, for a token is never sent along"
      )
    case 401: Explanation("the proxy \(at) does not accept the token", "check it, or get a new one")
    case 403:
      Explanation("the proxy \(at) does not let this token publish here (403\(text))", "check channel and token")
    case 404: Explanation("the proxy \(at) knows no such path", "check the URL, wss://HOST/v1/publish/CHANNEL")
    case 407:
      Explanation(
        "an HTTP proxy of the network in front of \(at) requires a user name and a password (407\(text))",
        "set both in https_proxy, as http://USER:PASSWORD@HOST:PORT")
    case 426: Explanation("\(at) takes no WebSocket on this path (426\(text))", "check the proxy's URL")
    case 429, 503: Explanation("the proxy \(at) accepts no streams now (\(status)\(text))", "try later")
    case 502, 504:
      Explanation("\(at) does not reach the proxy behind it (\(status)\(text))", "ask its operator, or try again later")
    case 511:
      Explanation(
        "this network wants a login before \(at) can be reached (511\(text))", "open a page with a browser and log in")
    default:
      Explanation("the proxy \(at) answered \(status)\(text)", "check the URL, or try later")
    }
  }
}

extension ProxyError: ChannelPublisherError {
  /// Whether the proxy did not take the connection.
  package var isWithoutConnection: Bool {
    if case .connection(let error) = self { error.isWithoutConnection } else { false }
  }

  /// What to make of it.
  package var kind: PublisherFailureKind {
    switch self {
    case .connection(let error): error.kind
    case .closed, .cancelled: .temporary
    case .comeAgain, .tunnel: .unavailable
    case .answered(let status, _, _):
      switch status {
      case 401, 403: .refused
      case 407, 511: .unavailable
      case 429, 500...: .temporary
      default: .protocol
      }
    case .refused(let notice, _): Self.isAboutRights(notice.code) ? .refused : .unavailable
    case .notWebSocket: .protocol
    }
  }

  /// Whether a proxy speaks of the key or of the token.
  private static func isAboutRights(_ code: String) -> Bool {
    ["ingest-refused", "missing-token", "invalid-token", "not-for-channel", "token-expired", "token-removed"].contains(
      code)
  }
}

/// Why an HTTP proxy of the network opened no way (RFC 9110 §9.3.6).
public enum TunnelRefusal: Error, Equatable, Sendable {
  /// It answered with this status, in its words.
  case answered(status: Int, String)
  /// It closed the connection, or said nothing in time.
  case silent
  /// What it said is no HTTP.
  case notHTTP

  fileprivate func explanation(through: String, at: String) -> Explanation {
    let proxy = "the network's HTTP proxy \(through)"
    switch self {
    case .answered(let status, let text):
      let answer = "\(status)" + (text.isEmpty ? "" : ": \(text)")
      return status == 407
        ? Explanation(
          "\(proxy) requires a user name and a password (\(answer))",
          "set both in https_proxy, as http://USER:PASSWORD@\(through)")
        : Explanation(
          "\(proxy) does not allow connections to \(at) (\(answer))",
          "ask whoever runs it, or name the host in no_proxy")
    case .silent:
      return Explanation("\(proxy) did not open a tunnel to \(at) and gave no reason", "check https_proxy")
    case .notHTTP:
      return Explanation("what https_proxy names, \(through), is no HTTP proxy", "check https_proxy")
    }
  }
}
