import Media
import NIOCore
import NIOEmbedded
import Testing

@testable import RTMP

@Suite("An ingest whose publisher does not read its answers")
struct IngestAnswerTests {
  /// Counts the reads that reach the socket.
  private final class Reads: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    var count = 0
    func read(context: ChannelHandlerContext) {
      count += 1
      context.read()
    }
  }

  @Test("reading stops until the answers are taken")
  func stops() throws {
    let channel = EmbeddedChannel()
    let reads = Reads()
    let registry = IngestRegistry(limits: IngestLimits(), logger: Live.logger) { _, _ in .accept }
    try channel.pipeline.syncOperations.addHandlers([
      reads, IngestHandler(registry: registry, nonce: .zeros, logger: Live.logger),
    ])
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    channel.pipeline.read()
    let before = reads.count
    #expect(before > 0)
    channel.isWritable = false
    for _ in 0..<10 { channel.pipeline.read() }
    #expect(reads.count == before)
    channel.isWritable = true
    channel.pipeline.fireChannelWritabilityChanged()
    #expect(reads.count == before + 1)
    _ = try? channel.finish(acceptAlreadyClosed: true)
  }

  @Test("before a stream is let in no great message is taken, afterwards a picture is")
  func dialogue() throws {
    var ingest = IngestStateMachine(nonce: .zeros)
    var handshake = ByteBuffer(bytes: [3])
    handshake.writeRepeatingByte(0, count: 2 * Handshake.packetBytes)
    _ = ingest.receive(handshake, at: .zero)
    func great() -> ByteBuffer {
      var (writer, bytes) = (ChunkWriter(), ByteBuffer())
      writer.write(
        RTMPMessage(type: .video, streamID: 1, payload: ByteBuffer(repeating: 0, count: 1 << 20)), into: &bytes)
      return bytes
    }
    var stranger = ingest
    let refusal = stranger.receive(great(), at: .zero).last
    #expect(refusal == .violation("a message of 1048576 bytes exceeds 65536"))
    var (writer, bytes) = (ChunkWriter(), ByteBuffer())
    writer.write(CommandMessage("connect", transactionID: 1).message(), into: &bytes)
    writer.write(CommandMessage("publish", transactionID: 2, arguments: [.string("key")]).message(), into: &bytes)
    #expect(ingest.receive(bytes, at: .zero).last == .decide(app: "", name: "key"))
    _ = ingest.accept()
    let effects = ingest.receive(great(), at: .zero)
    #expect(!effects.contains { if case .violation(let what) = $0 { what.contains("exceeds") } else { false } })
  }
}
