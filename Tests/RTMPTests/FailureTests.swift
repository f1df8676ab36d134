import Media
import NIOCore
import NIOPosix
import Networking
import Packets
import TestSupport
import Testing

@testable import RTMP

@Suite("Connections that fail")
struct FailureTests {
  @Test("nobody listens")
  func refused() async throws {
    let port = try FreePort.find()
    #expect(
      try await Live.connectError("rtmp://127.0.0.1:\(port)/app")
        == .connection(.connectionRefused(at: "127.0.0.1:\(port)")))
  }

  @Test("no such host")
  func unknownHost() async throws {
    #expect(
      try await Live.connectError("rtmp://no-such-host.invalid/app")
        == .connection(.unknownHost("no-such-host.invalid")))
  }

  @Test("a name that leads to this machine is no public address, and is not connected to")
  func privateAddress() async throws {
    let server = try SilentServer()
    let endpoint = try IngestEndpoint(parsing: "rtmp://localhost:\(server.port)/app")
    let (key, stream) = (try StreamKey(Live.key), try SampleStream().description)
    let error = await #expect(throws: RTMPError.self) {
      try await RTMPPublisher.connect(
        to: endpoint, key: key, stream: stream, addresses: .publicOnly, group: .singletonMultiThreadedEventLoopGroup,
        logger: Live.logger)
    }
    #expect(
      error
        == .connection(.unreachable(at: "localhost:\(server.port)", reason: "its name leads to private addresses only"))
    )
    #expect(server.connections == 0)
  }

  @Test("a server that never answers ends at the handshake's deadline")
  func silent() async throws {
    let server = try await PlainServer(.silent)
    var deadlines = PublishDeadlines()
    deadlines.step = .milliseconds(300)
    #expect(
      try await Live.connectError("rtmp://127.0.0.1:\(server.port)/app", deadlines: deadlines)
        == .connection(.stageTimeout(.handshake, at: "127.0.0.1:\(server.port)", .milliseconds(300))))
  }

  @Test("a server that shakes hands and then says nothing ends at the deadline for publishing")
  func silentAfterHandshake() async throws {
    var answer = ByteBuffer(bytes: [3])
    answer.writeRepeatingByte(0, count: 2 * Handshake.packetBytes)
    let server = try await PlainServer(.says(answer))
    var deadlines = PublishDeadlines()
    deadlines.step = .milliseconds(300)
    #expect(
      try await Live.connectError("rtmp://127.0.0.1:\(server.port)/app", deadlines: deadlines)
        == .connection(.stageTimeout(.connect, at: "127.0.0.1:\(server.port)", .milliseconds(300))))
    #expect(!server.hasReceived(Live.key))
  }

  @Test("a web server is told apart")
  func http() async throws {
    let server = try await PlainServer(.says(ByteBuffer(string: "HTTP/1.1 400 Bad Request\r\n\r\n")))
    #expect(
      try await Live.connectError("rtmp://127.0.0.1:\(server.port)/app") == .notRTMP(at: "127.0.0.1:\(server.port)"))
  }

  @Test("a server that hangs up at once")
  func hangsUp() async throws {
    let server = try await PlainServer(.hangsUp)
    #expect(
      try await Live.connectError("rtmp://127.0.0.1:\(server.port)/app")
        == .connection(.closedByServer(.handshake, at: "127.0.0.1:\(server.port)")))
  }

  @Test("cancelling gives the caller back at once")
  func cancelled() async throws {
    let server = try await PlainServer(.silent)
    let connecting = Task { try await Live.connectError("rtmp://127.0.0.1:\(server.port)/app") }
    try await eventually("the handshake has begun") { server.bytes.readableBytes > 0 }
    let before = ContinuousClock.now
    connecting.cancel()
    #expect(try await connecting.value == .cancelled)
    #expect(ContinuousClock.now - before < .seconds(1))
  }

  @Test("a peer that goes away is noticed without sending")
  func goesAway() async throws {
    let nginx = try await NginxRTMP()
    let publisher = try await Live.connect(nginx.url, stream: try SampleStream().description)
    async let reason = publisher.waitUntilClosed()
    try await nginx.crash()
    #expect(await reason == .connection(.closedByServer(.publishing, at: "127.0.0.1:\(nginx.port)")))
    let packet = try #require(try SampleStream().packets.first)
    await #expect(throws: RTMPError.connection(.closedByServer(.publishing, at: "127.0.0.1:\(nginx.port)"))) {
      try await publisher.send(packet)
    }
    await publisher.close()
  }

  @Test("a peer that takes nothing any more is given up after the deadline, with bounded memory, and closing is quick")
  func stalled() async throws {
    let sample = try SampleStream()
    let server = try await FFmpegServer()
    var deadlines = PublishDeadlines()
    deadlines.sendStall = .seconds(2)
    let publisher = try await Live.connect(server.url, stream: sample.description, deadlines: deadlines)
    server.freeze()
    let before = ContinuousClock.now
    var failure: RTMPError?
    var packet = try #require(sample.packets.first { $0.isVideo })
    packet.payload = ByteBuffer(repeating: 1, count: 200_000)
    do throws(RTMPError) {
      // What the kernel's buffers of both sides take, and then no more.
      for _ in 0..<500 { try await publisher.send(packet) }
    } catch {
      failure = error
    }
    #expect(failure == .connection(.stalled(.seconds(2), at: "127.0.0.1:\(server.port)")))
    #expect(ContinuousClock.now - before < .seconds(8))
    let closing = ContinuousClock.now
    await publisher.close()
    #expect(ContinuousClock.now - closing < .seconds(3))
  }

  @Test("closing while the peer takes nothing is bounded")
  func closeWhileStuck() async throws {
    let sample = try SampleStream()
    let server = try await FFmpegServer()
    let publisher = try await Live.connect(server.url, stream: sample.description)
    server.freeze()
    var packet = try #require(sample.packets.first { $0.isVideo })
    packet.payload = ByteBuffer(repeating: 1, count: 200_000)
    let big = packet
    let sending = Task { () -> RTMPError? in
      do throws(RTMPError) {
        for _ in 0..<500 { try await publisher.send(big) }
        return nil
      } catch {
        return error
      }
    }
    try await eventually("bytes wait in the kernel") {
      (await publisher.statistics().kernelUnsentBytes ?? 0) > 0
    }
    let before = ContinuousClock.now
    await publisher.close()
    #expect(ContinuousClock.now - before < .milliseconds(2500))
    #expect(await sending.value == .closed)
    #expect(await publisher.waitUntilClosed() == .closed)
  }

  @Test("closing twice, and after the peer has gone, returns at once")
  func closeTwice() async throws {
    let nginx = try await NginxRTMP()
    let publisher = try await Live.connect(nginx.url, stream: try SampleStream().description)
    await publisher.close()
    let before = ContinuousClock.now
    await publisher.close()
    #expect(ContinuousClock.now - before < .milliseconds(500))
  }
}
