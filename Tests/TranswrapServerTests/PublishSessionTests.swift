import Foundation
import Media
import NIOCore
import NIOPosix
import Packets
import RTMP
import TestSupport
import Testing
import Transwrap

@testable import TranswrapServer

@Suite("A session between a client and an ingest")
struct PublishSessionTests {
  /// Three seconds of pictures without sound, a keyframe each second: its tracks and its packets.
  private func pictures() async throws -> (bytes: ByteBuffer, stream: StreamDescription, packets: [EncodedPacket]) {
    let folder = try TemporaryDirectory()
    let file = folder.file("a.flv")
    try await Tool.run(
      "ffmpeg",
      [
        "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=160x120:r=30:d=3", "-c:v", "libx264", "-preset", "ultrafast",
        "-g",
        "30", "-bf", "0", "-pix_fmt", "yuv420p", file.path,
      ])
    let bytes = ByteBuffer(bytes: try Data(contentsOf: file))
    var (reader, packets, stream) = (FLVStreamReader(), [EncodedPacket](), StreamDescription?.none)
    reader.append(bytes)
    while let output = try reader.next(at: .zero) {
      switch output {
      case .begin(let description), .changed(let description): stream = description
      case .packet(let packet): packets.append(packet)
      }
    }
    try #require(packets.count == 90)
    return (bytes, try #require(stream), packets)
  }

  /// What an ingest got of a session, until `isOver` says that this was all; `session` runs in the meantime.
  private func received(
    _ body: @Sendable (SessionHandle, ClientLink, ClientLink) async throws -> Void,
    _ step: @escaping @Sendable (EncodedPacket, Int, SessionHandle, ClientLink, ClientLink) -> Void
  ) async throws -> [EncodedPacket] {
    let registry = SessionRegistry(limits: ProxySettings.Limits())
    let maker = try await Sessions.Maker(registry)
    let ingest = try await RTMPIngest.listen(
      port: 0, group: MultiThreadedEventLoopGroup.singleton, logger: Sessions.logger
    ) { _, _ in .accept }
    let (first, second) = (maker.link, maker.link)
    let handle = try await maker.make(
      SessionID(), channel: "venue", pass: Sessions.pass("ann"), link: first,
      ingest: "rtmp://127.0.0.1:\(ingest.port)/app")
    let (arrivals, arrived) = AsyncStream<[EncodedPacket]>.makeStream()
    async let running: Void = ingest.run { publication in
      var packets: [EncodedPacket] = []
      for await packet in publication.packets {
        packets.append(packet)
        if packet.isVideo { step(packet, packets.count(where: \.isVideo), handle, first, second) }
      }
      arrived.yield(packets)
    }
    try await body(handle, first, second)
    var iterator = arrivals.makeAsyncIterator()
    let packets = await iterator.next()
    await ingest.stop()
    await running
    try await maker.close()
    return packets ?? []
  }

  @Test("what came before the ingest was there is let go up to the newest keyframe, and silence begins with that")
  func beginning() async throws {
    let (bytes, _, _) = try await pictures()
    let packets = try await received { handle, link, _ in
      handle.run { session in
        session.start()
        session.receive(bytes, from: link)
        session.receiveComplete(from: link)
      }
    } _: { _, count, handle, link, _ in
      if count == 30 { handle.run { $0.detach(link, finished: true) } }
    }
    let video = packets.filter(\.isVideo)
    #expect(video.count == 30 && video[0].isKeyframe)
    let sound = try #require(packets.first { !$0.isVideo })
    #expect(
      abs((sound.decodeTime - video[0].decodeTime).inSeconds) < 0.1, "\(sound.decodeTime), \(video[0].decodeTime)")
    #expect((45...48).contains(packets.count - 30), "a second of silence")
  }

  @Test("tags that step by 4.9 s come one each 4.9 s, and no silence is made for what the clock has not reached")
  func stepping() async throws {
    let (_, stream, all) = try await pictures()
    let writer = FLVStreamWriter(stream)
    func tags(_ range: Range<Int>) -> ByteBuffer {
      var bytes = ByteBuffer()
      for index in range {
        var packet = all[0]
        packet.decodeTime = MediaTime(milliseconds: Int64(index) * 4900)
        packet.presentationTime = packet.decodeTime
        writer.write(packet, into: &bytes)
      }
      return bytes
    }
    var first = writer.opening(at: .zero)
    first.writeImmutableBuffer(tags(0..<1))
    // The tracks are known a second later, so one more is needed.
    first.writeImmutableBuffer(tags(1..<2))
    let (beginning, flood) = (first, tags(2..<500))
    let packets = try await received { handle, link, _ in
      handle.run { session in
        session.start()
        session.receive(beginning, from: link)
        session.receiveComplete(from: link)
      }
    } _: { _, count, handle, link, _ in
      handle.run { session in
        if count == 1 {
          session.receive(flood, from: link)
          session.receiveComplete(from: link)
        } else {
          session.end(.refused, .init(code: "test", message: "enough"))
        }
      }
    }
    let times = packets.map(\.decodeTime)
    let span = (times.max() ?? .zero) - (times.min() ?? .zero)
    #expect(span <= .seconds(20), "\(span) of media")
    #expect(packets.filter(\.isVideo).count <= 4 && packets.count < 1000, "\(packets.count) packets")
  }

  @Test("a client that comes back in the middle of a group of pictures is heard from its next keyframe on")
  func returning() async throws {
    let (bytes, stream, all) = try await pictures()
    let writer = FLVStreamWriter(stream)
    var cut = writer.opening(at: all[1].decodeTime)
    for packet in all.dropFirst() { writer.write(packet, into: &cut) }
    let rest = cut
    let packets = try await received { handle, link, _ in
      handle.run { session in
        session.start()
        session.receive(bytes, from: link)
        session.receiveComplete(from: link)
      }
    } _: { _, count, handle, _, again in
      if count == 30 {
        handle.run { session in
          session.attach(again)
          session.receive(rest, from: again)
          session.receiveComplete(from: again)
        }
      }
      if count == 90 { handle.run { $0.detach(again, finished: true) } }
    }
    let video = packets.filter(\.isVideo)
    #expect(video.count == 90)
    #expect(video.indices.filter { video[$0].isKeyframe } == [0, 30, 60])
    for (before, after) in zip(packets.filter { !$0.isVideo }, packets.filter { !$0.isVideo }.dropFirst()) {
      #expect(after.decodeTime > before.decodeTime)
    }
  }
}
