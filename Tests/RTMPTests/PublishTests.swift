import Foundation
import Media
import NIOCore
import Networking
import Packets
import Synchronization
import TestSupport
import Testing

@testable import RTMP

@Suite("Publishing over real sockets")
struct PublishTests {
  let sample: SampleStream

  init() throws { sample = try SampleStream() }

  @Test("what is published arrives at our ingest: description, packets, times and end")
  func ownIngest() async throws {
    let ingest = try await Live.ingest()
    let sent = sample.packets(from: .seconds(100))
    let (received, arrived) = AsyncStream.makeStream(of: (StreamDescription, [EncodedPacket], PublicationEnd).self)
    async let running: Void = ingest.run { publication in
      var packets: [EncodedPacket] = []
      for await packet in publication.packets { packets.append(packet) }
      arrived.yield((publication.description, packets, await publication.end()))
    }
    let publisher = try await Live.connect("rtmp://127.0.0.1:\(ingest.port)/app", stream: sample.description)
    for packet in sent { try await publisher.send(packet) }
    let statistics = await publisher.statistics()
    await publisher.close()
    var iterator = received.makeAsyncIterator()
    let (description, packets, end) = try #require(await iterator.next())
    #expect(description == sample.description)
    #expect(end == .unpublished)
    #expect(packets.map(\.payload) == sent.map(\.payload))
    #expect(packets.map(\.kind) == sent.map(\.kind))
    #expect(packets.map(\.decodeTime) == sent.map(\.decodeTime))
    #expect(packets.map(\.presentationTime) == sent.map(\.presentationTime))
    #expect(statistics.packetsSent == sent.count)
    #expect(statistics.bytesSent > UInt64(sent.reduce(0) { $0 + $1.payload.readableBytes }))
    #expect(statistics.lastDecodeTime == sent.last?.decodeTime)
    #expect((statistics.roundTripTime ?? .zero) > .zero)
    #expect(statistics.kernelQueueBytes != nil)
    #expect((statistics.captureToSocket ?? .zero) > .zero)
    await ingest.stop()
    await running
  }

  @Test("a stream may run over 2^24, 2^31 and 2^32 ms", arguments: [1 << 24, 1 << 31, 1 << 32] as [Int64])
  func longTimes(milliseconds: Int64) async throws {
    let ingest = try await Live.ingest()
    // The first packet lies a second before the limit, the last one a second after it.
    let sent = sample.packets(from: .milliseconds(milliseconds - 1000))
    let times = Mutex<[MediaTime]>([])
    async let running: Void = ingest.run { publication in
      for await packet in publication.packets { times.withLock { $0.append(packet.decodeTime) } }
    }
    let publisher = try await Live.connect("rtmp://127.0.0.1:\(ingest.port)/app", stream: sample.description)
    for packet in sent { try await publisher.send(packet) }
    await publisher.close()
    try await eventually("all packets") { times.withLock { $0.count } == sent.count }
    #expect(times.withLock { $0 } == sent.map(\.decodeTime))
    await ingest.stop()
    await running
  }

  @Test("the peer's acknowledgements are seen")
  func acknowledgements() async throws {
    let ingest = try await Live.ingest()
    async let running: Void = ingest.run { publication in for await _ in publication.packets {} }
    let publisher = try await Live.connect("rtmp://127.0.0.1:\(ingest.port)/app", stream: sample.description)
    for round in 0..<4 {
      for packet in sample.packets(from: .seconds(2 * round)) { try await publisher.send(packet) }
    }
    try await eventually("an acknowledgement of more than 100,000 bytes") {
      (await publisher.statistics().bytesAcknowledged ?? 0) > 100_000
    }
    let statistics = await publisher.statistics()
    #expect(statistics.bytesAcknowledged.map { $0 <= statistics.bytesSent } == true)
    #expect(statistics.mediaInFlight.map { $0 < .seconds(8) } == true)
    await publisher.close()
    await ingest.stop()
    await running
  }

  @Test("nginx-rtmp records what is published, and ffprobe reads it")
  func nginx() async throws {
    let nginx = try await NginxRTMP()
    let publisher = try await Live.connect(nginx.url, key: "camera", stream: sample.description)
    for packet in sample.packets(from: .zero) { try await publisher.send(packet) }
    await publisher.close()
    let recording = try await nginx.finishedRecording(of: "camera")
    let text = try await Tool.run(
      "ffprobe",
      [
        "-v", "error", "-count_packets", "-show_entries", "stream=codec_name,width,height,nb_read_packets",
        "-of", "compact", recording.path,
      ]
    ).text
    #expect(text.contains("codec_name=h264|width=160|height=120|nb_read_packets=30"))
    #expect(text.contains("codec_name=aac|nb_read_packets=\(sample.packets.count { !$0.isVideo })"))
    #expect(nginx.log.contains { $0.contains("deleteStream") })
  }

  @Test("ffmpeg as a server takes the stream")
  func ffmpeg() async throws {
    let server = try await FFmpegServer()
    let publisher = try await Live.connect(server.url, stream: sample.description)
    for packet in sample.packets(from: .zero) { try await publisher.send(packet) }
    await publisher.close()
    try await server.process.waitForExit(within: .seconds(10))
    let text = try await Tool.run(
      "ffprobe",
      [
        "-v", "error", "-count_packets", "-show_entries", "stream=codec_name,nb_read_packets", "-of", "compact",
        server.file.path,
      ]
    ).text
    #expect(text.contains("codec_name=h264|nb_read_packets=30"))
    #expect(text.contains("codec_name=aac"))
  }

  @Test("a second publisher on the same name is refused in the server's words, the first one goes on")
  func busy() async throws {
    let ingest = try await Live.ingest()
    async let running: Void = ingest.run { publication in for await _ in publication.packets {} }
    let url = "rtmp://127.0.0.1:\(ingest.port)/app"
    let first = try await Live.connect(url, stream: sample.description)
    #expect(
      try await Live.connectError(url)
        == .publishRefused(
          code: "NetStream.Publish.BadName", description: "Somebody publishes under this name already.",
          at: "127.0.0.1:\(ingest.port)"))
    for packet in sample.packets(from: .zero) { try await first.send(packet) }
    await first.close()
    // The name is free again as soon as the first one has said goodbye.
    #expect(try await Live.connectError(url) == nil)
    await ingest.stop()
    await running
  }

  @Test("a wrong key is refused, and the error does not say it")
  func refused() async throws {
    let ingest = try await Live.ingest()
    let error = try await Live.connectError("rtmp://127.0.0.1:\(ingest.port)/app", key: "wrongkey")
    #expect(
      error
        == .publishRefused(
          code: "NetStream.Publish.Denied", description: "The stream key is not known.",
          at: "127.0.0.1:\(ingest.port)"))
    #expect(error?.description.contains("wrongkey") == false)
    await ingest.stop()
  }

  @Test("nginx-rtmp's refusal, which comes after it has said yes, ends the connection")
  func nginxRefuses() async throws {
    let nginx = try await NginxRTMP()
    let publisher = try await Live.connect(
      "rtmp://127.0.0.1:\(nginx.port)/refused", stream: sample.description)
    #expect(
      await publisher.waitUntilClosed() == .connection(.closedByServer(.publishing, at: "127.0.0.1:\(nginx.port)")))
    await publisher.close()
  }
}
