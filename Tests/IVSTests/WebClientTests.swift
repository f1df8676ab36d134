import Foundation
import IVS
import NIOPosix
import TestSupport
import Testing

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
