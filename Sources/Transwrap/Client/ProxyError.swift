public import RTMP

/// Why publishing through a proxy failed.
public enum ProxyError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The connection to the proxy could not be made, or broke.
  case connection(RTMPError)
  /// The proxy answered the request with an HTTP status.
  case answered(status: Int, String, at: String)
  /// The proxy said why it ends the stream.
  case refused(ServerEvent.Notice, at: String)
  /// The proxy is about to end, or has no room: come again.
  case comeAgain(String, at: String)
  /// What answers speaks no WebSocket.
  case notWebSocket(at: String)
  /// The publisher was closed by its owner.
  case closed
  /// The task was cancelled.
  case cancelled

  /// One line for a person: what, where, what to do.
  public var description: String {
    switch self {
    case .connection(let error): error.description
    case .answered(let status, let text, let at):
      switch status {
      case 401: "the proxy \(at) does not take the token: check it, or get a new one"
      case 403: "the proxy \(at) does not let this token publish here: check channel and token"
      case 404: "the proxy \(at) knows no such path: check the URL, wss://HOST/v1/publish/CHANNEL"
      default: "the proxy \(at) answered \(status)\(text.isEmpty ? "" : " (\(text))"): check the URL, or try later"
      }
    case .refused(let notice, let at): "the proxy \(at) ended the stream: \(notice.message) (\(notice.code))"
    case .comeAgain(let why, let at): "the proxy \(at) cannot take the stream now (\(why)): a new attempt may work"
    case .notWebSocket(let at): "\(at) speaks no WebSocket: check the proxy's URL"
    case .closed: "the publisher is closed: open a new one"
    case .cancelled: "publishing was cancelled: start it again when wanted"
    }
  }
}
