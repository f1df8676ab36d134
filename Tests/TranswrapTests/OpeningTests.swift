import Media
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Networking
import Packets
import RTMP
import Testing

@testable import Transwrap

/// What answers in a proxy's place, and how it is called.
@Suite("Opening a WebSocket: what is not one is called what it is")
struct OpeningTests {
  private static let token = "tw_0123456789"

  /// The words that opening ends with when `answer` comes back; an empty answer is a closed connection.
  private func words(_ url: String = "ws://proxy.example/v1/publish/venue", answer: ByteBuffer) throws -> String {
    let channel = EmbeddedChannel()
    let loop = channel.embeddedEventLoop
    let endpoint = try ProxyEndpoint(parsing: url)
    let opened = loop.makePromise(of: NIOLoopBound<ProxyHandler>.self)
    var words = ""
    opened.futureResult.assumeIsolated().whenFailure { words = "\($0)" }
    let request = OpeningRequest(
      endpoint, .token(try BearerToken(Self.token)), nil, PublishDeadlines(), opened, on: loop)
    let stream = StreamDescription(video: nil, audio: nil, encoder: "test")
    try request.configure(channel) {
      ProxyHandler(endpoint, stream: stream, deadlines: PublishDeadlines(), said: LatestProxyReport(), on: loop)
    }
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    if answer.readableBytes > 0 {
      _ = try? channel.writeInbound(answer)
    } else {
      channel.pipeline.fireChannelInactive()
    }
    loop.advanceTime(by: .seconds(30))
    _ = try? channel.finish(acceptAlreadyClosed: true)
    return words
  }

  private func words(http: String) throws -> String {
    try words(answer: ByteBuffer(string: http.replacing("\n", with: "\r\n")))
  }

  @Test(
    "answers in HTTP",
    arguments: [
      (
        "HTTP/1.1 200 OK\nContent-Length: 27\n\n<html>please log in</html>\n",
        "proxy.example:80 answered with a page (200: <html>please log in</html>) instead of a WebSocket; log in to this "
      ),
      (
        "HTTP/1.1 302 Found\nLocation: http://portal.example/login?token=x\nContent-Length: 0\n\n",
        "proxy.example:80 sends elsewhere (302: http://portal.example/login); log in to this network"
      ),
      (
        "HTTP/1.1 511 Network Authentication Required\nContent-Length: 0\n\n",
        "this network wants a login before proxy.example:80 can be reached (511"
      ),
      ("HTTP/1.1 401 Unauthorized\nContent-Length: 0\n\n", "the proxy proxy.example:80 does not accept the token"),
      (
        "HTTP/1.1 403 Forbidden\nContent-Length: 4\n\nnope",
        "the proxy proxy.example:80 does not let this token publish here (403: nope)"
      ),
      ("HTTP/1.1 404 Not Found\nContent-Length: 0\n\n", "the proxy proxy.example:80 knows no such path"),
      (
        "HTTP/1.1 407 Proxy Authentication Required\nProxy-Authenticate: Basic realm=\"x\"\nContent-Length: 0\n\n",
        "an HTTP proxy of the network in front of proxy.example:80 requires a user name and a password (407: Basic realm=\"x\")"
      ),
      ("HTTP/1.1 426 Upgrade Required\nContent-Length: 0\n\n", "proxy.example:80 takes no WebSocket on this path (426"),
      (
        "HTTP/1.1 503 Service Unavailable\nRetry-After: 3\nContent-Length: 0\n\n",
        "the proxy proxy.example:80 accepts no streams now (503: again in 3 s); try later"
      ),
      (
        "HTTP/1.0 502 Bad Gateway\n\n<h1>squid\u{1b}[2J</h1>",
        "proxy.example:80 does not reach the proxy behind it (502: <h1>squid\\x1b[2J</h1>)"
      ),
      (
        "HTTP/1.1 101 Switching Protocols\nUpgrade: websocket\nConnection: Upgrade\nSec-WebSocket-Accept: AAAA\n\n",
        "proxy.example:80 speaks no WebSocket (its yes is not the one of RFC 6455)"
      ),
      (
        "SSH-2.0-OpenSSH_9.2\n",
        "proxy.example:80 speaks no WebSocket (its answer is no HTTP; if it speaks TLS, use wss://)"
      ),
    ])
  func answers(http: String, begin: String) throws {
    let said = try words(http: http)
    #expect(said.hasPrefix(begin), "\(said)")
    #expect(!said.contains(Self.token) && !said.contains("RTMP"))
  }

  @Test("a TLS alert, a closed connection and silence, each in WebSocket's words")
  func others() throws {
    #expect(try words(answer: ByteBuffer(bytes: [0x15, 3, 1, 0, 2, 2, 0x28])).contains("use wss://"))
    #expect(
      try words(answer: ByteBuffer())
        == "proxy.example:80 closed the connection while the WebSocket was opened: check scheme, host and port")
    // A head that never ends.
    #expect(
      try words(answer: ByteBuffer(string: "HTTP/1.1 20"))
        == "proxy.example:80 did not go on within 8 s while the WebSocket was opened: try again, or another endpoint")
  }

  @Test("headers and pages without end are cut off")
  func endless() throws {
    let headers = String(repeating: "X-Filler: \(String(repeating: "x", count: 1000))\r\n", count: 2000)
    let said = try words(answer: ByteBuffer(string: "HTTP/1.1 200 OK\r\n\(headers)"))
    #expect(said.contains("more headers than any needs"), "\(said)")
    let page = String(repeating: "y", count: 1 << 20)
    let told = try words(answer: ByteBuffer(string: "HTTP/1.1 500 No\r\nContent-Length: 99999999\r\n\r\n\(page)"))
    #expect(told.count < 500 && told.contains("answered 500"), "\(told.prefix(600))")
  }

  @Test("a plain server behind wss:// and rtmps:// is called so, with the scheme that it speaks")
  func plain() {
    let plain = ConnectionError.tls(.notTLS, at: "host:443")
    #expect(ProxyError.connection(plain).description.contains("use ws:// for a plain server"))
    #expect(plain.description.contains("use rtmp:// for a plain server"))
    #expect(ConnectionError.answersInTLS(at: "host:1935").description == "host:1935 answers in TLS: use rtmps://")
    #expect(
      ProxyError.connection(.tls(.closedDuringHandshake, at: "h:1")).description.contains("plain server (ws://)"))
  }

  @Test(
    "what the network's HTTP proxy says to CONNECT",
    arguments: [
      ("HTTP/1.1 200 Connection established\n\n", nil),
      ("HTTP/1.1 407 Auth\nProxy-Authenticate: Basic realm=\"x\"\n\n", .answered(status: 407, "Basic realm=\"x\"")),
      ("HTTP/1.1 403 No\nContent-Length: 0\n\n", .answered(status: 403, "Forbidden")),
      ("HTTP/1.1 599 Filtered by policy\nContent-Length: 0\n\n", .answered(status: 599, "")),
      ("HTTP/1.1 302 Found\nLocation: http://portal/\nContent-Length: 0\n\n", .answered(status: 302, "Found")),
      ("SSH-2.0-OpenSSH_9.2\n\n", .notHTTP), ("HTTP/1.1 20", .silent), ("", .silent),
    ] as [(String, TunnelRefusal?)])
  func tunnel(http: String, refusal: TunnelRefusal?) throws {
    let channel = EmbeddedChannel()
    let loop = channel.embeddedEventLoop
    let opened = loop.makePromise(of: Void.self)
    var (isOpen, said) = (false, TunnelRefusal?.none)
    opened.futureResult.assumeIsolated().whenComplete { result in
      switch result {
      case .success: isOpen = true
      case .failure(let error): said = error as? TunnelRefusal
      }
    }
    let request = TunnelRequest(to: "proxy.example:443", authorization: "bWU6", within: .seconds(10), opened)
    try channel.pipeline.syncOperations.addHandlers([
      HTTPRequestEncoder(), ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .forwardBytes)), request,
    ])
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    var asked = ""
    while let bytes = try channel.readOutbound(as: ByteBuffer.self) { asked += String(buffer: bytes) }
    #expect(
      asked.hasPrefix("CONNECT proxy.example:443 HTTP/1.1\r\n") && asked.contains("Proxy-Authorization: Basic bWU6"))
    if http.isEmpty {
      channel.pipeline.fireChannelInactive()
    } else {
      _ = try? channel.writeInbound(ByteBuffer(string: http.replacing("\n", with: "\r\n")))
    }
    loop.advanceTime(by: .seconds(11))
    #expect(isOpen == (refusal == nil) && said == refusal)
    _ = try? channel.finish(acceptAlreadyClosed: true)
  }
}
