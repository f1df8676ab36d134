import Media
import NIOCore
import Networking
import Packets
import Testing

@testable import RTMP

@Suite("Sessions recorded from other programs")
struct RecordedSessionTests {
  /// Plays the publisher's bytes to an ingest that accepts, in pieces of `size` bytes.
  private func play(_ bytes: ByteBuffer, piece size: Int) -> [IngestStateMachine.Effect] {
    var ingest = IngestStateMachine(nonce: .zeros)
    var effects: [IngestStateMachine.Effect] = []
    var rest = bytes
    while let piece = rest.readSlice(length: min(size, rest.readableBytes)), piece.readableBytes > 0 {
      effects += ingest.receive(piece, at: .zero)
      if case .decide? = effects.last { effects += ingest.accept() + ingest.resume(at: .zero) }
    }
    return effects
  }

  @Test("our ingest understands a publisher's whole session", arguments: Recording.names)
  func ingest(name: String) throws {
    let effects = play(try Recording(name).client, piece: 4096)
    #expect(effects.contains(.decide(app: "app", name: "fixture")))
    let begun = effects.compactMap { effect -> (StreamDescription, AMF0Object?)? in
      if case .begin(let description, let metadata) = effect { (description, metadata) } else { nil }
    }
    let (description, metadata) = try #require(begun.first)
    #expect(begun.count == 1)
    #expect(description.video?.size == PictureSize(width: 160, height: 120))
    #expect(description.video?.frameRate == FrameRate(15))
    #expect(description.audio?.sampleRate == 44_100)
    #expect(metadata?["width"]?.number == 160)
    #expect(!description.encoder.isEmpty)
    let packets = effects.compactMap { effect in if case .packet(let packet) = effect { packet } else { nil } }
    #expect(packets.count { $0.isVideo } == 30)
    #expect(packets.count { !$0.isVideo } >= 80)
    #expect(packets.first { $0.isVideo }?.isKeyframe == true)
    #expect(zip(packets, packets.dropFirst()).allSatisfy { $0.decodeTime <= $1.decodeTime })
    #expect(effects.contains(.ended))
    #expect(!effects.contains { if case .violation = $0 { true } else { false } })
  }

  @Test("the pieces in which bytes arrive make no difference", arguments: Recording.names, [1, 7, 1000])
  func pieces(name: String, size: Int) throws {
    func essence(_ effects: [IngestStateMachine.Effect]) -> [IngestStateMachine.Effect] {
      // Acknowledgements follow the pieces; everything else must not.
      effects.filter { if case .send = $0 { false } else { true } }
    }
    let client = try Recording(name).client
    #expect(essence(play(client, piece: size)) == essence(play(client, piece: client.readableBytes)))
  }

  // FFmpeg numbers its calls as we do; to GStreamer's numbers the answers would not be ours.
  @Test("our publisher gets through the dialogue with what nginx-rtmp answered to FFmpeg")
  func publisher() throws {
    let sample = try SampleStream()
    var publisher = RTMPClientStateMachine(
      endpoint: try IngestEndpoint(parsing: "rtmp://127.0.0.1/app"), key: try StreamKey("fixture"),
      stream: sample.description, nonce: .zeros)
    var stages: [PublishStage] = []
    var server = try Recording("ffmpeg").server
    while let piece = server.readSlice(length: min(100, server.readableBytes)), piece.readableBytes > 0 {
      for effect in publisher.receive(piece) {
        switch effect {
        case .entered(let stage): stages.append(stage)
        case .refused, .notRTMP, .answersInTLS, .violation, .told, .redirected, .moveRequested, .moveRefused:
          Issue.record("\(effect)")
        // What FFmpeg sent was acknowledged, and nothing is sent here.
        case .send, .acknowledged, .distrusted, .unpublished: break
        }
      }
    }
    #expect(stages == [.connect, .createStream, .publish, .publishing])
  }

  @Test("every message of a session has the same bytes when it is written and read again", arguments: Recording.names)
  func messages(name: String) throws {
    let recording = try Recording(name)
    for bytes in [recording.client, recording.server] {
      var reader = ChunkReader()
      reader.append(Recording.chunks(of: bytes))
      var writer = ChunkWriter()
      var again = ChunkReader()
      var count = 0
      while let message = try reader.next() {
        var output = ByteBuffer()
        writer.write(message, into: &output)
        again.append(output)
        // Our own writer goes on with its chunk size, whatever the recorded side announced.
        if message.type == .setChunkSize { again = ChunkReader(); writer = ChunkWriter(); continue }
        #expect(try again.next() == message)
        count += 1
      }
      #expect(count > 5)
    }
  }

  @Test(
    "every command and data message has the same AMF0 bytes when it is read and written", arguments: Recording.names)
  func commands(name: String) throws {
    let recording = try Recording(name)
    for bytes in [recording.client, recording.server] {
      var reader = ChunkReader()
      reader.append(Recording.chunks(of: bytes))
      var count = 0
      while let message = try reader.next() {
        guard message.type == .commandAMF0 || message.type == .dataAMF0 else { continue }
        var values = AMF0Reader(message.payload)
        var output = ByteBuffer()
        for value in try values.readAll() { output.writeAMF0(value) }
        #expect(output.readableBytes == message.payload.readableBytes)
        #expect(output == message.payload)
        count += 1
      }
      #expect(count >= 4)
    }
  }
}
