import Media
import NIOCore
import Packets
import Testing

@testable import TranswrapServer

private func at(_ milliseconds: Int64) -> MediaTime { MediaTime(milliseconds: milliseconds) }

private func picture(_ milliseconds: Int64, key: Bool = false) -> EncodedPacket {
  EncodedPacket(
    kind: .video(isKeyframe: key), presentationTime: at(milliseconds), captureTime: .zero,
    payload: ByteBuffer(repeating: 1, count: 100))
}

private func sound(_ milliseconds: Int64) -> EncodedPacket {
  EncodedPacket(
    kind: .audio, presentationTime: at(milliseconds), captureTime: .zero, payload: ByteBuffer(repeating: 2, count: 10))
}

/// A packet as a word: `K0`, `P33`, `A21`, with the time since the stream's first packet.
private func words(_ packets: [EncodedPacket]) -> [String] {
  packets.map { packet in
    let time = (packet.decodeTime - ContinuousTimeline.beginning).inMilliseconds.rounded()
    return "\(packet.isKeyframe ? "K" : packet.isVideo ? "P" : "A")\(Int(time))"
  }
}

@Suite("What of a client's stream goes out")
struct OutgoingStreamTests {
  private let video = StreamDescription.Video(
    decoderConfiguration: ByteBuffer(bytes: [1]), size: PictureSize(width: 640, height: 360), frameRate: .thirty,
    bitrate: .kilobits(800))
  private let audio = StreamDescription.Audio(
    audioSpecificConfig: ByteBuffer(bytes: [2]), sampleRate: 48_000, channels: 2, bitrate: .kilobits(128))

  private func stream(hasSound: Bool = true) throws -> OutgoingStream {
    var stream = OutgoingStream(silence: try SilentSound())
    #expect(
      stream.describe(StreamDescription(video: video, audio: hasSound ? audio : nil, encoder: "test")) == .first)
    return stream
  }

  @Test("an open connection begins with a keyframe and the sound from there on")
  func keyframe() throws {
    var stream = try stream()
    for packet in [picture(0), sound(10), picture(33, key: true), sound(30), sound(50), picture(66)] {
      stream.take(packet, at: at(0), to: .open)
    }
    #expect(words(stream.takeBatch()) == ["K33", "A50", "P66"])
    #expect(stream.takeBatch().isEmpty)
    #expect(stream.takeDropped() == 3 && stream.takeDropped() == 0)
  }

  @Test("what an ingest holds up too long is made up for by letting pictures go, up to a keyframe; sound stays")
  func behind() throws {
    var stream = try stream()
    var now: Int64 = 0
    /// Two seconds of media, of which the first picture is a keyframe, each packet so long after the one before.
    func take(from start: Int64, each milliseconds: Int64, held: Duration = .zero) {
      for index in 0..<20 {
        now += milliseconds
        stream.take(
          picture(start + Int64(index) * 100, key: index == 0), held: held, at: at(now), to: .open)
        stream.take(sound(start + Int64(index) * 100 + 50), at: at(now), to: .open)
      }
    }
    take(from: 0, each: 100)
    #expect(stream.takeBatch().count == 40)
    // The ingest takes half of what comes: after three seconds of it pictures go.
    take(from: 2000, each: 200, held: .milliseconds(200))
    #expect(!stream.isSkipping && stream.takeBatch().count == 40)
    take(from: 4000, each: 200, held: .milliseconds(200))
    #expect(stream.isSkipping)
    let late = stream.takeBatch()
    #expect(late.count { $0.isVideo } < 20 && late.count { !$0.isVideo } == 20)
    // What has waited comes at once; the next keyframe goes on.
    take(from: 6000, each: 0)
    take(from: 8000, each: 0)
    take(from: 10_000, each: 0)
    #expect(words(stream.takeBatch()).first { !$0.hasPrefix("A") } == "K10000")
    #expect(!stream.isSkipping)
  }

  @Test("pictures go on once the ingest takes everything, though the client makes up for nothing")
  func relief() throws {
    var stream = try stream()
    var now: Int64 = 0
    for index in 0..<120 {
      let held = index >= 10 && index < 30
      now += held ? 300 : 100
      stream.take(
        picture(Int64(index) * 100, key: index % 20 == 0), held: held ? .milliseconds(300) : .zero, at: at(now),
        to: .open)
      if index == 35 { #expect(stream.isSkipping) }
    }
    #expect(!stream.isSkipping)
  }

  @Test("what comes late by the client's own network is never let go")
  func lateClient() throws {
    var stream = try stream()
    for index in 0..<100 {
      stream.take(picture(Int64(index) * 100, key: index % 20 == 0), at: at(Int64(index) * 200), to: .open)
    }
    #expect(stream.takeBatch().count == 100 && !stream.isSkipping)
  }

  @Test("while a connection is being made the newest keyframe is kept, with what follows it and its sound")
  func opening() throws {
    var stream = try stream()
    for packet in [
      picture(0, key: true), sound(5), picture(33), sound(70), picture(66, key: true), picture(100),
    ] { stream.take(packet, at: at(0), to: .opening) }
    #expect(stream.takeBatch().isEmpty)
    stream.open()
    #expect(words(stream.takeBatch()) == ["A70", "K66", "P100"])
    stream.take(picture(133), at: at(0), to: .open)
    #expect(words(stream.takeBatch()) == ["P133"])
  }

  @Test("a connection that opened without a keyframe waits for one")
  func openingWithoutKeyframe() throws {
    var stream = try stream()
    stream.take(picture(0), at: at(0), to: .opening)
    stream.open()
    stream.take(picture(33), at: at(0), to: .open)
    #expect(stream.takeBatch().isEmpty)
    stream.take(picture(66, key: true), at: at(0), to: .open)
    #expect(words(stream.takeBatch()) == ["K66"])
  }

  @Test("without sound there is silence, frame by frame up to the picture")
  func silence() throws {
    var stream = try stream(hasSound: false)
    #expect(stream.description?.audio != nil)
    for index in 0..<4 { stream.take(picture(Int64(index) * 33, key: index == 0), at: at(0), to: .open) }
    let sent = stream.takeBatch()
    #expect(words(sent.filter(\.isVideo)) == ["K0", "P33", "P66", "P99"])
    #expect(words(sent.filter { !$0.isVideo }) == ["A0", "A21", "A43", "A64", "A85"])
  }

  @Test("silence is not owed for pictures that nobody got")
  func silenceAfterPause() throws {
    var stream = try stream(hasSound: false)
    stream.take(picture(0, key: true), at: at(0), to: .open)
    stream.take(picture(33), at: at(33), to: .none)
    stream.take(picture(2000), at: at(2000), to: .opening)
    stream.open()
    stream.take(picture(2033, key: true), at: at(2033), to: .open)
    stream.take(picture(2066), at: at(2066), to: .open)
    #expect(words(stream.takeBatch()) == ["K0", "K2033", "A2033", "A2054", "P2066"])
  }

  @Test("sound that begins late takes over from the silence, and does not go back behind it")
  func lateSound() throws {
    var stream = try stream(hasSound: false)
    for index in 0..<3 { stream.take(picture(Int64(index) * 33, key: index == 0), at: at(0), to: .open) }
    #expect(stream.describe(StreamDescription(video: video, audio: audio, encoder: "test")) == .changed)
    for packet in [sound(60), sound(85), picture(99), sound(106)] { stream.take(packet, at: at(0), to: .open) }
    let times = stream.takeBatch().filter { !$0.isVideo }.map(\.decodeTime)
    #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 })
    #expect(times.count == 5, "\(times)")
  }

  @Test("a client that returns goes on later, from its next keyframe")
  func restart() throws {
    var stream = try stream()
    stream.take(picture(0, key: true), at: at(1000), to: .open)
    #expect(words(stream.takeBatch()) == ["K0"])
    stream.restart()
    stream.take(picture(70_000), at: at(4000), to: .open)
    stream.take(picture(70_033, key: true), at: at(4000), to: .open)
    #expect(words(stream.takeBatch()) == ["K3033"])
    #expect(stream.describe(StreamDescription(video: video, audio: audio, encoder: "test")) == .none)
  }

  @Test("media that runs ahead of the clock has to wait, and silence is made for no more than that")
  func pace() throws {
    var stream = try stream(hasSound: false)
    var (now, packets, waits, longest) = (MediaTime(milliseconds: 0), 0, 0, Duration.zero)
    for index in 0..<200 {
      if let wait = stream.wait(at: now) {
        waits += 1
        now = now + wait
      }
      stream.take(picture(Int64(index) * 4900, key: index == 0), at: now, to: .open)
      packets += stream.takeBatch().count
      longest = max(longest, MediaTime(milliseconds: Int64(index) * 4900) - now - (now - .zero) / 1000)
    }
    // A clock that is 1000 ppm faster is no haste.
    #expect(longest <= .milliseconds(10_000))
    #expect(waits > 190 && packets > 200 * 4900 / 22)
  }

  @Test("what is held for a connection is bounded in number too")
  func heldCount() throws {
    var stream = try stream()
    stream.take(picture(0, key: true), at: at(0), to: .opening)
    for index in 0..<20_000 { stream.take(sound(Int64(index) / 100), at: at(0), to: .opening) }
    stream.open()
    #expect(stream.takeBatch().count <= 4096)
  }

  @Test("what is held is bounded, and what a lost connection had waiting is gone")
  func bounds() throws {
    var stream = try stream()
    let large = ByteBuffer(repeating: 0, count: 1 << 20)
    for index in 0..<40 {
      var packet = picture(Int64(index) * 33, key: index == 0)
      packet.payload = large
      stream.take(packet, at: at(0), to: .opening)
    }
    stream.open()
    #expect(stream.takeBatch().count <= 10)
    stream.take(picture(2000, key: true), at: at(0), to: .open)
    stream.close()
    #expect(stream.takeBatch().isEmpty)
  }
}
