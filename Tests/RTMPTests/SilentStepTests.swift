import Glibc
import Media
import NIOCore
import Networking
import TestSupport
import Testing

@testable import RTMP

/// Real listeners that go along up to a step, and then say nothing more.
@Suite("A server that falls silent")
struct SilentStepTests {
  private static let limit = Duration.milliseconds(500)

  private static func answer(_ messages: ArraySlice<RTMPMessage>) -> ByteBuffer {
    var bytes = ByteBuffer(bytes: [3])
    bytes.writeRepeatingByte(9, count: 2 * Handshake.packetBytes)
    var writer = ChunkWriter()
    for message in messages { writer.write(message, into: &bytes) }
    return bytes
  }

  /// Why connecting ended, and that it took as long as one step may.
  private func failure(_ url: String) async throws -> RTMPError? {
    let deadlines = PublishDeadlines(step: Self.limit)
    let before = ContinuousClock.now
    let error = try await Live.connectError(url, deadlines: deadlines)
    let took = ContinuousClock.now - before
    #expect(took >= Self.limit * 9 / 10 && took < Self.limit * 4, "\(took)")
    return error
  }

  @Test("all steps together have 8 s each without progress", arguments: [PublishDeadlines()])
  func limits(deadlines: PublishDeadlines) {
    #expect(deadlines.step == .seconds(8) && deadlines.sendStall == .seconds(8))
  }

  @Test(
    "is noticed at each step of the dialogue",
    arguments: [(0, PublishStage.connect), (1, .createStream), (2, .publish)])
  func dialogue(answers: Int, stage: PublishStage) async throws {
    let server = try await PlainServer(.says(Self.answer(ServerMessages.answers.prefix(answers))))
    #expect(
      try await failure("rtmp://127.0.0.1:\(server.port)/app")
        == .connection(.stageTimeout(stage, at: "127.0.0.1:\(server.port)", Self.limit)))
  }

  @Test("is noticed when it accepts the connection and does not even read", arguments: ["rtmp", "rtmps"])
  func accepts(scheme: String) async throws {
    let server = try await PlainServer(.neverReads)
    let at = "127.0.0.1:\(server.port)"
    let expected: ConnectionError =
      scheme == "rtmp" ? .stageTimeout(.handshake, at: at, Self.limit) : .tls(.timeout(Self.limit), at: at)
    #expect(try await failure("\(scheme)://\(at)/app") == .connection(expected))
  }

  @Test("is noticed when its queue of connections is full, so that TCP itself gets no answer")
  func fullQueue() async throws {
    let (listener, port) = try Self.listenWithoutRoom()
    defer { close(listener) }
    var waiting: [Int32] = []
    defer { for descriptor in waiting { close(descriptor) } }
    for _ in 0..<3 { waiting.append(try Self.knock(port)) }
    #expect(
      try await failure("rtmp://127.0.0.1:\(port)/app")
        == .connection(.connectTimeout(at: "127.0.0.1:\(port)", Self.limit)))
  }

  /// A listener whose queue holds one connection, and its port.
  private static func listenWithoutRoom() throws -> (Int32, Int) {
    let port = try FreePort.find()
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    let isListening =
      unsafe Loopback.withAddress(port, { unsafe bind(descriptor, $0, $1) == 0 }) && listen(descriptor, 0) == 0
    try #require(isListening)
    return (descriptor, port)
  }

  /// Begins a connection that nobody takes.
  private static func knock(_ port: Int) throws -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
    try #require(descriptor >= 0)
    _ = unsafe Loopback.withAddress(port) { unsafe connect(descriptor, $0, $1) }
    return descriptor
  }
}
