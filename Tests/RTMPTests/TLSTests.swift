import Foundation
import Media
import NIOCore
import Networking
import TestSupport
import Testing

@testable import RTMP

@Suite("RTMPS")
struct TLSTests {
  /// Connects to a TLS front that shows a certificate for `hosts`; gives the error and what came through it in clear.
  private func connect(
    hosts: [String], validity: CertificateAuthority.Validity = .tenYears, trusting: Bool = true,
    url: (Int) -> String
  ) async throws -> (error: RTMPError?, server: PlainServer, port: Int) {
    let authority = try await CertificateAuthority()
    let server = try await PlainServer(.silent)
    let front = try await TLSFront(
      forwardingTo: server.port, certificate: try await authority.issue(for: hosts, validity: validity))
    let tls = TLSSettings(caFile: trusting ? authority.certificate.path : nil)
    var deadlines = PublishDeadlines()
    deadlines.step = .milliseconds(500)
    let error = try await Live.connectError(url(front.port), tls: tls, deadlines: deadlines)
    return (error, server, front.port)
  }

  @Test("an authority that nobody knows: refused before a byte is sent")
  func unknownAuthority() async throws {
    let (error, server, port) = try await connect(hosts: ["localhost"], trusting: false) {
      "rtmps://localhost:\($0)/app"
    }
    #expect(error == .connection(.tls(.unknownAuthority, at: "localhost:\(port)")))
    #expect(server.bytes.readableBytes == 0)
  }

  @Test("a certificate for another host: refused before a byte is sent")
  func wrongHost() async throws {
    let (error, server, port) = try await connect(hosts: ["ingest.example"]) { "rtmps://localhost:\($0)/app" }
    #expect(error == .connection(.tls(.hostNameMismatch, at: "localhost:\(port)")))
    #expect(server.bytes.readableBytes == 0)
  }

  @Test("a certificate for another address: refused before a byte is sent")
  func wrongAddress() async throws {
    let (error, server, port) = try await connect(hosts: ["127.0.0.9"]) { "rtmps://127.0.0.1:\($0)/app" }
    #expect(error == .connection(.tls(.hostNameMismatch, at: "127.0.0.1:\(port)")))
    #expect(server.bytes.readableBytes == 0)
  }

  @Test("a certificate that has expired: refused before a byte is sent")
  func expired() async throws {
    let (error, server, port) = try await connect(hosts: ["localhost"], validity: .expired) {
      "rtmps://localhost:\($0)/app"
    }
    #expect(error == .connection(.tls(.expired, at: "localhost:\(port)")))
    #expect(server.bytes.readableBytes == 0)
  }

  @Test(
    "a good certificate, for a name and for an address: the handshake goes through",
    arguments: ["localhost", "127.0.0.1"])
  func good(host: String) async throws {
    let (error, server, port) = try await connect(hosts: [host]) { "rtmps://\(host):\($0)/app" }
    // The server behind it says nothing, but it has got our handshake.
    #expect(error == .connection(.stageTimeout(.handshake, at: "\(host):\(port)", .milliseconds(500))))
    #expect(server.bytes.readableBytes == 1 + Handshake.packetBytes)
  }

  @Test(
    "a plain server behind rtmps is told apart, and gets nothing of the key",
    arguments: [
      (PlainServer.Manner.says(ByteBuffer(string: "HTTP/1.1 400 Bad Request\r\n\r\n")), TLSFailure.notTLS),
      (.says(ByteBuffer(repeating: 3, count: 3073)), .notTLS),
      (.hangsUp, .closedDuringHandshake),
      (.silent, .timeout(.milliseconds(500))),
    ])
  func plainServer(manner: PlainServer.Manner, failure: TLSFailure) async throws {
    let server = try await PlainServer(manner)
    var deadlines = PublishDeadlines()
    // Only the silent server is to run into it.
    if case .timeout(let limit) = failure { deadlines.step = limit }
    #expect(
      try await Live.connectError("rtmps://localhost:\(server.port)/app", deadlines: deadlines)
        == .connection(.tls(failure, at: "localhost:\(server.port)")))
    // A ClientHello names the host, and that is all.
    #expect(server.hasReceived("localhost"))
    #expect(!server.hasReceived(Live.key))
    #expect(!server.hasReceived("connect"))
  }

  @Test("nginx-rtmp without TLS behind rtmps waits for more, and runs into the deadline")
  func plainNginx() async throws {
    let nginx = try await NginxRTMP()
    var deadlines = PublishDeadlines()
    deadlines.step = .milliseconds(500)
    #expect(
      try await Live.connectError("rtmps://localhost:\(nginx.port)/live", deadlines: deadlines)
        == .connection(.tls(.timeout(.milliseconds(500)), at: "localhost:\(nginx.port)")))
  }

  @Test("a stream through TLS is recorded by nginx-rtmp, and ends in the protocol")
  func stream() async throws {
    let authority = try await CertificateAuthority()
    let nginx = try await NginxRTMP()
    let front = try await TLSFront(
      forwardingTo: nginx.port, certificate: try await authority.issue(for: ["localhost"]))
    let sample = try SampleStream()
    let publisher = try await Live.connect(
      "rtmps://localhost:\(front.port)/live", key: "secure", stream: sample.description,
      tls: TLSSettings(caFile: authority.certificate.path))
    for packet in sample.packets(from: .zero) { try await publisher.send(packet) }
    let before = ContinuousClock.now
    await publisher.close()
    #expect(ContinuousClock.now - before < .milliseconds(2500))
    let recording = try await nginx.finishedRecording(of: "secure")
    let text = try await Tool.run(
      "ffprobe",
      [
        "-v", "error", "-count_packets", "-select_streams", "v", "-show_entries", "stream=nb_read_packets",
        "-of", "compact", recording.path,
      ]
    ).text
    #expect(text.contains("nb_read_packets=30"))
    #expect(nginx.log.contains { $0.contains("deleteStream") })
  }

  @Test("an authority file that is missing or holds no certificate is named")
  func badAuthorityFile() async throws {
    let folder = try TemporaryDirectory()
    let missing = folder.file("missing.pem").path
    let empty = try folder.write("not a certificate\n", to: "empty.pem").path
    for (path, reason) in [(missing, "No such file or directory"), (empty, "no certificate can be read from it")] {
      #expect(
        try await Live.connectError("rtmps://localhost/app", tls: TLSSettings(caFile: path))
          == .connection(.certificateFileUnreadable(path: path, reason: reason)))
    }
  }
}
