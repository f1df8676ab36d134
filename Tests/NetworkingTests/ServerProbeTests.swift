import Foundation
import NIOPosix
import Networking
import TestSupport
import Testing

@Suite("Looking at a server step by step")
struct ServerProbeTests {
  private let group = MultiThreadedEventLoopGroup.singleton

  @Test("a host's addresses, each once, and a host that nobody knows")
  func addresses() throws {
    #expect(try ServerProbe.addresses(of: "127.0.0.1") == ["127.0.0.1"])
    let local = try ServerProbe.addresses(of: "localhost")
    #expect(local.contains("127.0.0.1") && Set(local).count == local.count)
    #expect(throws: ConnectionError.unknownHost("ingest.invalid")) { try ServerProbe.addresses(of: "ingest.invalid") }
  }

  @Test("a port that takes connections, and one that does not")
  func connect() async throws {
    let silent = try SilentServer()
    try await ServerProbe.connect(to: "127.0.0.1", port: silent.port, within: .seconds(5), group: group)
    let port = try FreePort.find()
    await #expect(throws: ConnectionError.connectionRefused(at: "127.0.0.1:\(port)")) {
      try await ServerProbe.connect(to: "127.0.0.1", port: port, within: .seconds(5), group: group)
    }
  }

  @Test("a trusted certificate tells its last day; the others their cause, a silent server its time")
  func certificate() async throws {
    let silent = try SilentServer()
    let authority = try await CertificateAuthority()
    let trust = TLSSettings(caFile: authority.certificate.path)
    let good = try await TLSFront(forwardingTo: silent.port, certificate: try await authority.issue(for: ["localhost"]))
    let old = try await TLSFront(
      forwardingTo: silent.port, certificate: try await authority.issue(for: ["localhost"], validity: .expired))
    let end = try await ServerProbe.certificateEnd(
      of: "localhost", port: good.port, tls: trust, within: .seconds(5), group: group)
    #expect(abs(Double(end) - Date().timeIntervalSince1970 - 3650 * 86_400) < 86_400)
    func failure(_ port: Int, _ tls: TLSSettings, within limit: Duration = .seconds(5)) async -> TLSFailure? {
      do throws(ConnectionError) {
        _ = try await ServerProbe.certificateEnd(of: "localhost", port: port, tls: tls, within: limit, group: group)
        return nil
      } catch {
        guard case .tls(let failure, _) = error else { return nil }
        return failure
      }
    }
    #expect(await failure(good.port, TLSSettings()) == .unknownAuthority)
    #expect(await failure(old.port, trust) == .expired)
    #expect(await failure(silent.port, trust, within: .milliseconds(300)) == .timeout(.milliseconds(300)))
  }
}
