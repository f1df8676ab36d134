internal import FoundationEssentials
internal import NIOCore
internal import NIOHTTP1

/// What a request for a WebSocket has to be (RFC 6455 §4.2.1), and what one that is not is answered.
enum UpgradeRules {
  private static let wanted =
    "open a WebSocket here (version 13), wss://HOST/v1/publish/CHANNEL, and send FLV, WebM or MP4 in binary frames"

  /// Whether a path is one that WebSockets are opened on.
  static func concerns(_ path: String) -> Bool { path.hasPrefix("/v1/publish/") || path.hasPrefix("/rtmps/") }

  /// What is wrong with a request that asks for a WebSocket; `nil` where nothing is.
  static func refusal(_ head: HTTPRequestHead) -> HTTPAnswer? {
    guard head.method == .GET else { return answer(.methodNotAllowed, "only GET opens a WebSocket", ("Allow", "GET")) }
    guard head.version.major == 1, head.version.minor >= 1 else {
      return answer(.badRequest, "a WebSocket requires HTTP/1.1")
    }
    guard head.headers["Sec-WebSocket-Version"] == ["13"] else { return plain }
    let keys = head.headers["Sec-WebSocket-Key"]
    guard keys.count == 1, let key = keys.first, Data(base64Encoded: key)?.count == 16 else {
      return answer(.badRequest, "Sec-WebSocket-Key has to be 16 bytes in base64")
    }
    return nil
  }

  /// The answer to a request that asks for no WebSocket, or for one of another version.
  static var plain: HTTPAnswer {
    answer(.upgradeRequired, wanted, ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"))
  }

  /// The answer on a WebSocket's path where none was opened.
  static func answer(_ head: HTTPRequestHead) -> HTTPAnswer {
    let asks = head.headers[canonicalForm: "Upgrade"].contains { $0.lowercased() == "websocket" }
    if asks, let refusal = refusal(head) { return refusal }
    if head.method != .GET && head.method != .HEAD {
      return answer(.methodNotAllowed, "\(wanted); \(head.method) is not taken", ("Allow", "GET"))
    }
    return plain
  }

  private static func answer(
    _ status: HTTPResponseStatus, _ text: String, _ headers: (String, String)...
  ) -> HTTPAnswer {
    var answer = HTTPAnswer(status, text)
    answer.headers = headers
    return answer
  }
}
