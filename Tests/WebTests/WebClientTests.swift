import Foundation
import NIOCore
import NIOPosix
import TestSupport
import Testing
import Web

@Suite("Web client")
struct WebClientTests {
  private static func failure(_ url: String, caFile: String? = nil, limit: Duration = .seconds(3)) async throws
    -> HTTPFailure?
  {
    let client = try WebClient(caFile: caFile, group: .singletonMultiThreadedEventLoopGroup)
    defer { Task { await client.close() } }
    do throws(HTTPFailure) {
      _ = try await client.call(HTTPRequest("GET", url, limit: limit))
      return nil
    } catch { return error }
  }

  @Test("what cannot be reached is told in words, within its limit")
  func unreachable() async throws {
    let port = try FreePort.find()
    #expect(
      try await Self.failure("http://127.0.0.1:\(port)/")
        == .cannotConnect(host: "127.0.0.1:\(port)", reason: "Connection refused"))
    #expect(try await Self.failure("http://no-such-host.invalid/") == .unknownHost("no-such-host.invalid"))
    #expect(try await Self.failure("gopher://x/") == .invalidURL("gopher://x/"))
    let silent = try SilentServer()
    #expect(
      try await Self.failure("http://127.0.0.1:\(silent.port)/", limit: .seconds(1))
        == .timedOut(host: "127.0.0.1:\(silent.port)"))
  }

  @Test("a connection that ends without an answer is lost, not one that never came about")
  func lost() async throws {
    for start in ["", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"] {
      let server = try await PartialServer(start, then: .closes)
      #expect(
        try await Self.failure("http://127.0.0.1:\(server.port)/") == .connectionLost(host: "127.0.0.1:\(server.port)"))
      try await server.close()
    }
  }

  @Test("an answer that trickles in has no longer than the request's limit", .timeLimit(.minutes(1)))
  func trickle() async throws {
    let server = try await PartialServer("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", then: .trickles)
    #expect(
      try await Self.failure("http://127.0.0.1:\(server.port)/", limit: .seconds(1))
        == .timedOut(host: "127.0.0.1:\(server.port)"))
    try await server.close()
  }

  @Test("no redirect is followed, and no answer is taken that is too long", .timeLimit(.minutes(1)))
  func answers() async throws {
    let client = try WebClient(caFile: nil, group: .singletonMultiThreadedEventLoopGroup)
    let other = try SilentServer()
    let redirect = try await PartialServer(
      "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:\(other.port)/\r\nContent-Length: 0\r\n\r\n", then: .closes)
    let answer = try await client.call(HTTPRequest("GET", "http://127.0.0.1:\(redirect.port)/", limit: .seconds(3)))
    #expect(answer.status == 302 && other.connections == 0)
    let long = try await PartialServer(
      "HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n" + String(repeating: "x", count: 1_100_000), then: .closes)
    #expect(
      try await Self.failure("http://127.0.0.1:\(long.port)/") == .tooLong(host: "127.0.0.1:\(long.port)"))
    try await redirect.close()
    try await long.close()
    await client.close()
  }

  @Test("a certificate of an authority that nobody trusts is refused, and taken where it is named")
  func certificates() async throws {
    let authority = try await CertificateAuthority()
    let server = try await NginxRTMP()
    let front = try await TLSFront(
      forwardingTo: server.port, certificate: try await authority.issue(for: ["127.0.0.1"]))
    let url = "https://127.0.0.1:\(front.port)/"
    guard case .tls(_, let reason) = try await Self.failure(url) else {
      Issue.record("a foreign certificate was taken")
      return
    }
    #expect(reason.contains("cannot be trusted"))
    // What answers behind TLS is no web server: the handshake is over then.
    let later = try await Self.failure(url, caFile: authority.certificate.path)
    if case .tls = later { Issue.record("\(String(describing: later))") }
    #expect(later != nil)
  }
}

/// Answers a request with the start of an answer, whatever was asked.
private struct PartialServer {
  enum End: Sendable { case closes, trickles }

  let port: Int
  private let channel: any Channel

  init(_ start: String, then end: End) async throws {
    channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Handler(start, end)) }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    port = try #require(channel.localAddress?.port)
  }

  func close() async throws { try await channel.close().get() }

  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let start: String
    private let end: End
    private var hasAnswered = false

    init(_ start: String, _ end: End) { (self.start, self.end) = (start, end) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      guard !hasAnswered else { return }
      hasAnswered = true
      let channel = context.channel
      channel.writeAndFlush(ByteBuffer(string: start), promise: nil)
      switch end {
      case .closes: channel.close(promise: nil)
      case .trickles:
        let task = channel.eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(200)) { _ in
          channel.writeAndFlush(ByteBuffer(string: "x"), promise: nil)
        }
        channel.closeFuture.whenComplete { _ in task.cancel() }
      }
    }
  }
}
