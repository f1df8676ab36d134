import Foundation
import Media
import NIOCore
import NIOPosix
import Networking
import Packets
import Synchronization
import TestSupport
import Testing

@testable import RTMP

@Suite("The ingest over real sockets")
struct IngestServerTests {
  @Test("ffmpeg publishes to it")
  func ffmpeg() async throws {
    let ingest = try await Live.ingest()
    let counts = Mutex((video: 0, audio: 0, end: PublicationEnd?.none))
    async let running: Void = ingest.run { publication in
      for await packet in publication.packets {
        counts.withLock { if packet.isVideo { $0.video += 1 } else { $0.audio += 1 } }
      }
      let end = await publication.end()
      counts.withLock { $0.end = end }
    }
    try await Tool.run(
      "ffmpeg",
      [
        "-v", "error", "-f", "lavfi", "-i", "testsrc=size=160x120:rate=15", "-f", "lavfi", "-i", "sine=1000", "-t", "2",
        "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-f", "flv",
        "rtmp://127.0.0.1:\(ingest.port)/app/\(Live.key)",
      ])
    try await eventually("the publication's end") { counts.withLock { $0.end } != nil }
    counts.withLock { counts in
      #expect(counts.video == 30)
      #expect(counts.audio >= 80)
      #expect(counts.end == .unpublished)
    }
    await ingest.stop()
    await running
  }

  @Test("a reader that is slow slows the publisher down, and nothing is lost")
  func backpressure() async throws {
    let sample = try SampleStream()
    let ingest = try await Live.ingest()
    let gate = AsyncStream.makeStream(of: Void.self)
    let received = Mutex(0)
    async let running: Void = ingest.run { publication in
      for await _ in gate.stream { break }
      for await _ in publication.packets { received.withLock { $0 += 1 } }
    }
    let publisher = try await Live.connect("rtmp://127.0.0.1:\(ingest.port)/app", stream: sample.description)
    var packet = try #require(sample.packets.first { $0.isVideo })
    packet.payload = ByteBuffer(repeating: 1, count: 100_000)
    let big = packet
    let sent = Mutex(0)
    let sending = Task {
      for _ in 0..<600 {
        try await publisher.send(big)
        sent.withLock { $0 += 1 }
      }
    }
    try await eventually("the publisher waits", within: .seconds(60)) {
      guard let unsent = await publisher.statistics().kernelUnsentBytes, unsent > 0 else { return false }
      return sent.withLock { $0 } > 256
    }
    #expect(sent.withLock { $0 } < 600)
    gate.continuation.finish()
    try await sending.value
    await publisher.close()
    try await eventually("all packets") { received.withLock { $0 } == 600 }
    await ingest.stop()
    await running
  }

  @Test("a connection that never publishes, and a publisher that falls silent, are cut off")
  func silence() async throws {
    let limits = IngestLimits(dialogue: .milliseconds(300), silence: .milliseconds(300))
    let ingest = try await Live.ingest(limits: limits)
    async let running: Void = ingest.run { publication in for await _ in publication.packets {} }
    let publisher = try await Live.connect(
      "rtmp://127.0.0.1:\(ingest.port)/app", stream: try SampleStream().description)
    let before = ContinuousClock.now
    #expect(
      await publisher.waitUntilClosed() == .connection(.closedByServer(.publishing, at: "127.0.0.1:\(ingest.port)")))
    #expect(ContinuousClock.now - before < .seconds(3))
    await publisher.close()
    await ingest.stop()
    await running
  }

  @Test("strangers who connect and wait, or send what never ends, keep no publisher out")
  func strangers() async throws {
    let ingest = try await Live.ingest(limits: IngestLimits(connections: 8, dialogue: .seconds(60)))
    async let running: Void = ingest.run { publication in for await _ in publication.packets {} }
    let idle = try await Tool.attempt(
      "python3",
      [
        "-c",
        """
        import socket, struct, sys
        port = int(sys.argv[1])
        waiting = [socket.create_connection(("127.0.0.1", port)) for _ in range(40)]
        greedy = socket.create_connection(("127.0.0.1", port))
        greedy.settimeout(5)
        greedy.sendall(b"\\3" + bytes(1536) + bytes(1536))
        taken = 0
        try:
            while taken < 8 << 20:
                for stream in range(3, 11):
                    greedy.sendall(bytes([stream]) + b"\\0\\0\\0\\0\\xff\\xf0\\x09" + bytes(4) + bytes(128))
                    taken += 140
        except OSError:
            pass
        print(taken)
        """, "\(ingest.port)",
      ])
    let taken = try #require(Int(idle.text.trimmingCharacters(in: .whitespacesAndNewlines)), "\(idle.errorText)")
    #expect(taken < 8 << 20, "all was taken")
    let publisher = try await Live.connect(
      "rtmp://127.0.0.1:\(ingest.port)/app", stream: try SampleStream().description)
    await publisher.close()
    await ingest.stop()
    await running
  }

  @Test("a port that is taken is named")
  func portTaken() async throws {
    let ingest = try await Live.ingest()
    await #expect(
      throws: RTMPError.cannotListen(at: "127.0.0.1:\(ingest.port)", reason: "Address already in use")
    ) {
      try await RTMPIngest.listen(
        port: ingest.port, group: .singletonMultiThreadedEventLoopGroup, logger: Live.logger
      ) { _, _ in .accept }
    }
    await ingest.stop()
  }
}
