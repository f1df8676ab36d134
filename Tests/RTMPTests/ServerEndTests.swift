import Media
import NIOCore
import Networking
import Packets
import Testing

@testable import RTMP

@Suite("Ways in which a server starts late and ends early")
struct ServerEndTests {
  private let sample: SampleStream

  init() throws { sample = try SampleStream() }

  private static func bytes(_ messages: [RTMPMessage]) -> ByteBuffer {
    var writer = ChunkWriter()
    var output = ByteBuffer()
    for message in messages { writer.write(message, into: &output) }
    return output
  }

  private static var handshake: ByteBuffer {
    var bytes = ByteBuffer(bytes: [3])
    bytes.writeRepeatingByte(9, count: 2 * Handshake.packetBytes)
    return bytes
  }

  private static var dialogue: ByteBuffer {
    var bytes = handshake
    bytes.writeImmutableBuffer(Self.bytes(ServerMessages.dialogue))
    return bytes
  }

  @Test(
    "in the middle of a stream: closed, reset or half-closed, it is a loss that a new connection may make good",
    arguments: PlainServer.End.allCases)
  func ends(way: PlainServer.End) async throws {
    let server = try await PlainServer(.endsAfter(bytes: 100_000, way, saying: Self.dialogue))
    let publisher = try await Live.connect("rtmp://127.0.0.1:\(server.port)/app", stream: sample.description)
    var packet = try #require(sample.packets.first { $0.isVideo })
    packet.payload = ByteBuffer(repeating: 1, count: 10_000)
    do throws(RTMPError) {
      for _ in 0..<5000 { try await publisher.send(packet) }
      Issue.record("the end was not noticed")
    } catch {
      #expect(error.kind == .temporary, "\(error)")
      #expect(error.description.contains("a new connection may work"), "\(error)")
    }
    await publisher.close()
  }

  @Test("upon publish: the key is told to be wrong or in use")
  func endsUponPublish() async throws {
    var answers = Self.handshake
    answers.writeImmutableBuffer(Self.bytes(ServerMessages.answers))
    // Handshake, connect, createStream and publish together are longer than this; without publish they are not.
    let server = try await PlainServer(.endsAfter(bytes: 1 + 2 * Handshake.packetBytes + 350, .close, saying: answers))
    let error = try await Live.connectError("rtmp://127.0.0.1:\(server.port)/app")
    #expect(error == .connection(.closedByServer(.publish, at: "127.0.0.1:\(server.port)")))
    #expect(error?.kind == .refused)
  }

  @Test("a start that takes its time is waited for as long as the deadline says, and no longer")
  func lateStart() async throws {
    var answers = Self.handshake
    answers.writeImmutableBuffer(Self.bytes(ServerMessages.answers))
    let start = Self.bytes([ServerMessages.status("NetStream.Publish.Start")])
    var deadlines = PublishDeadlines()
    deadlines.step = .seconds(5)
    let patient = try await PlainServer(.saysLater(answers, after: .milliseconds(600), start))
    let url = "rtmp://127.0.0.1:\(patient.port)/app"
    #expect(try await Live.connectError(url, deadlines: deadlines) == nil)
    deadlines.step = .milliseconds(200)
    let slow = try await PlainServer(.saysLater(answers, after: .seconds(60), start))
    let error = try await Live.connectError("rtmp://127.0.0.1:\(slow.port)/app", deadlines: deadlines)
    #expect(error == .connection(.stageTimeout(.publish, at: "127.0.0.1:\(slow.port)", .milliseconds(200))))
  }
}
