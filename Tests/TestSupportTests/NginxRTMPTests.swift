internal import Foundation
internal import TestSupport
internal import Testing

@Suite("Servers that judge what is published")
struct NginxRTMPTests {
  private func push(to url: String, seconds: Int = 2, authority: URL? = nil) async throws -> Tool.Result {
    let trust = authority.map { ["-tls_verify", "1", "-ca_file", $0.path] } ?? []
    return try await Tool.attempt(
      "ffmpeg",
      [
        "-nostdin", "-v", "error", "-re", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=30", "-re", "-f", "lavfi", "-i",
        "sine=frequency=1000:sample_rate=48000", "-t", "\(seconds)", "-pix_fmt", "yuv420p", "-c:v", "libx264",
        "-preset", "ultrafast", "-tune", "zerolatency", "-c:a", "aac", "-f", "flv",
      ] + trust + [url], within: .seconds(30))
  }

  @Test("RTMP is recorded")
  func plain() async throws {
    let server = try await NginxRTMP()
    #expect(try await push(to: "\(server.url)/plain").termination.isSuccess)
    let probe = try await MediaProbe(try await server.finishedRecording(of: "plain"))
    #expect((59...60).contains(probe.videoPackets.count))
    #expect(probe.audio?.codec == "aac")
  }

  @Test("RTMPS is recorded through the TLS front, certificate and host name verified")
  func tls() async throws {
    let server = try await NginxRTMP()
    let authority = try await CertificateAuthority()
    let certificate = try await authority.issue(for: ["localhost", "127.0.0.1"])
    let front = try await TLSFront(forwardingTo: server.port, certificate: certificate)
    let result = try await push(to: "rtmps://localhost:\(front.port)/live/secure", authority: authority.certificate)
    #expect(result.termination.isSuccess, "\(result.errorText)")
    let probe = try await MediaProbe(try await server.finishedRecording(of: "secure"))
    #expect((59...60).contains(probe.videoPackets.count))
  }

  @Test("Certificates verify, or fail as expired, for another name, or under an authority nobody trusts")
  func certificates() async throws {
    let authority = try await CertificateAuthority()
    let stranger = try await CertificateAuthority()
    let good = try await authority.issue(for: ["ingest.example", "127.0.0.1"])
    let expired = try await authority.issue(for: ["ingest.example"], validity: .expired)

    func verify(_ certificate: Certificate, host: String, by authority: CertificateAuthority) async throws -> String {
      let result = try await Tool.attempt(
        "openssl",
        ["verify", "-CAfile", authority.certificate.path, "-verify_hostname", host, certificate.chain.path])
      return result.text + result.errorText
    }
    #expect(try await verify(good, host: "ingest.example", by: authority).hasSuffix("OK\n"))
    #expect(try await verify(good, host: "other.example", by: authority).contains("hostname mismatch"))
    #expect(try await verify(expired, host: "ingest.example", by: authority).contains("certificate has expired"))
    #expect(try await verify(good, host: "ingest.example", by: stranger).contains("unable to get local issuer"))
  }

  @Test("A publisher is refused where the application denies it")
  func refused() async throws {
    let server = try await NginxRTMP()
    let result = try await push(to: "rtmp://127.0.0.1:\(server.port)/refused/key")
    #expect(!result.termination.isSuccess)
    try await eventually("refusal in the server's log") { server.log.contains { $0.contains("access forbidden") } }
    #expect(try server.recordings(of: "key").isEmpty)
  }

  @Test("A crashed server cuts the publisher off")
  func crash() async throws {
    let server = try await NginxRTMP()
    async let result = push(to: "\(server.url)/cut", seconds: 20)
    try await eventually("recording") { try !server.recordings(of: "cut").isEmpty }
    try await server.crash()
    #expect(try await !result.termination.isSuccess)
  }

  @Test("Free ports differ and can be listened on")
  func ports() throws {
    let ports = try (0..<50).map { _ in try FreePort.find() }
    #expect(Set(ports).count == 50)
  }
}
