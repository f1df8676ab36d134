import Media
import NIOCore
import Networking
import Testing

@testable import RTMP

extension RTMPClientStateMachineTests {
  @Test("a request to reconnect, as Enhanced RTMP has it: its place is read in relation to this one")
  func reconnectRequest() throws {
    var machine = try publishing()
    // onStatus, 0, null, {level, code, description, tcUrl}, on the connection's own stream.
    let wire = ByteBuffer(
      hex: "03 000000 000096 14 00000000 02 0008 6f6e537461747573 00 0000000000000000 05 03"
        + "0005 6c6576656c 02 0006 737461747573"
        + "0004 636f6465 02 0026 4e6574436f6e6e656374696f6e2e436f6e6e6563742e5265636f6e6e65637452657175657374"
        + "000b 6465736372697074696f6e 02 0007 75706461746573"
        + "0005 746355726c 02 001d 72746d70733a2f2f696e c3 676573742e6578616d706c652f6c6976652f32 000009")
    #expect(
      machine.receive(wire)
        == [
          .moveRequested(
            to: try IngestEndpoint(parsing: "rtmps://ingest.example/live/2"), description: "updates")
        ])
  }

  @Test(
    "a request to reconnect leads to the same host and never out of TLS, else it is told once and refused",
    arguments: [
      (nil, "rtmps://ingest.example:443/app"), ("", "rtmps://ingest.example:443/app"),
      ("/live", "rtmps://ingest.example:443/live"), ("live/2", "rtmps://ingest.example:443/live/2"),
      ("//INGEST.example:8443/app", "rtmps://INGEST.example:8443/app"),
      ("rtmps://ingest.example:444/other", "rtmps://ingest.example:444/other"), ("rtmp://ingest.example/app", nil),
      ("//other.example/app", nil), ("rtmps://other.example/app", nil), ("rtmps://ingest.example.evil/app", nil),
      ("rtmps://ingest.example@evil.example/app", nil), ("/app?x=sk_secret", nil), ("http://ingest.example/app", nil),
    ] as [(String?, String?)])
  func reconnectTargets(target: String?, right: String?) throws {
    var machine = try publishing()
    let request = CommandMessage(
      "onStatus",
      arguments: [
        StatusInformation(
          level: "status", code: "NetConnection.Connect.ReconnectRequest", description: "", targetURL: target
        ).value
      ]
    ).message()
    let effects = (0..<3).flatMap { _ in machine.receive(bytes(request)) }
    if let right {
      #expect(
        effects == Array(repeating: .moveRequested(to: try IngestEndpoint(parsing: right), description: ""), count: 3))
    } else {
      guard case .moveRefused(let told)? = effects.first else {
        Issue.record("\(effects)")
        return
      }
      #expect(effects.count == 1 && !told.contains("sk_secret"))
    }
    #expect(machine.stage == .publishing && !machine.hasFailed)
  }

  @Test("a request to reconnect before the stream runs is no reason to do anything")
  func earlyReconnectRequest() throws {
    var machine = try connected()
    #expect(machine.receive(bytes(status("status", "NetConnection.Connect.ReconnectRequest"))) == [])
  }
}
