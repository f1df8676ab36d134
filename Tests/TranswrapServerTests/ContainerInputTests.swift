import Codec
import Media
import NIOCore
import Packets
import Synchronization
import TestSupport
import Testing

@testable import TranswrapServer

@Suite("A browser's stream on its thread")
struct ContainerInputTests {
  private static let vp8 = ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-f", "webm", "-live", "1"]
  private static let h264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-f", "matroska"]

  private func clip(_ source: String, _ arguments: [String]) async throws -> ByteBuffer {
    let result = try await Tool.run("ffmpeg", ["-v", "error", "-f", "lavfi", "-i", source] + arguments + ["-"])
    return ByteBuffer(bytes: result.standardOutput)
  }

  /// What an input has given so far.
  private struct Taken {
    var tracks = 0
    var packets = 0
    var bytes = 0
    var end: ContainerStream.Failure??

    mutating func take(from input: ContainerInput) {
      end = input.take { output in
        switch output {
        case .tracks: tracks += 1
        case .packet(let packet):
          packets += 1
          bytes += packet.payload.readableBytes
        case .remark: break
        }
      }
    }
  }

  @Test("a stream comes out whole, and its end says that it was one")
  func whole() async throws {
    let bytes = try await clip("testsrc2=s=160x120:r=30:d=1", Self.h264)
    let (news, announce) = AsyncStream<Void>.makeStream()
    let input = try ContainerInput(.matroska, transcodes: Slots(limit: 0), onRoom: {}, onOutput: { announce.yield() })
    #expect(input.write(bytes))
    input.finish()
    var taken = Taken()
    for await _ in news {
      taken.take(from: input)
      if taken.end != nil { break }
    }
    #expect(taken.end == .some(.none))
    #expect(taken.tracks == 1 && taken.packets > 60)
  }

  @Test("a place among those that encode anew is given back, whenever the client goes")
  func slots() async throws {
    let bytes = try await clip("testsrc2=s=160x120:r=30:d=1", Self.vp8)
    let slots = Slots(limit: 1)
    for part in [bytes.readableBytes / 4, bytes.readableBytes / 2, bytes.readableBytes] {
      let input = try ContainerInput(.matroska, transcodes: slots, onRoom: {}, onOutput: {})
      _ = input.write(try #require(bytes.getSlice(at: 0, length: part)))
      try await eventually("the picture is encoded anew") { slots.count == 1 }
      input.cancel()
      try await eventually("the place is free") { slots.count == 0 }
    }
    let input = try ContainerInput(.matroska, transcodes: slots, onRoom: {}, onOutput: {})
    _ = input.write(bytes)
    input.finish()
    var taken = Taken()
    try await eventually("the stream is over") {
      taken.take(from: input)
      return taken.end != nil
    }
    #expect(taken.tracks == 1 && slots.count == 0)
  }

  @Test("where all places are taken the stream is refused, and none is given back that was not had")
  func noSlot() async throws {
    let bytes = try await clip("testsrc2=s=160x120:r=30:d=1", Self.vp8)
    let slots = Slots(limit: 1)
    #expect(slots.take())
    let input = try ContainerInput(.matroska, transcodes: slots, onRoom: {}, onOutput: {})
    _ = input.write(bytes)
    var taken = Taken()
    try await eventually("it was refused") {
      taken.take(from: input)
      return taken.end != nil
    }
    #expect(taken.end == .some(.some(.noTranscode(codec: "vp8"))))
    #expect(slots.count == 1)
  }

  @Test("however small its packets are, a stream that nobody takes is two seconds of media at most")
  func smallPackets() async throws {
    let source = "testsrc2=s=160x120:r=30:d=8"
    let bytes = try await clip(source, Self.h264)
    let input = try ContainerInput(.matroska, transcodes: Slots(limit: 0), onRoom: {}, onOutput: {})
    _ = input.write(bytes)
    input.finish()
    var taken = Taken()
    var steps: [Int] = []
    try await eventually("the stream is over") {
      let before = taken.packets
      taken.take(from: input)
      steps.append(taken.packets - before)
      return taken.end != nil
    }
    // Thirty pictures and forty-seven frames of silence a second.
    #expect(taken.packets > 600 && (steps.max() ?? 0) < 200, "\(steps)")
  }

  @Test("while nothing is taken little is read: a writer is told to stop, and to go on once there is room")
  func backpressure() async throws {
    let bytes = try await clip("nullsrc=s=320x180:r=30:d=3,geq=random(1)*255:128:128", ["-qp", "1"] + Self.h264)
    try #require(bytes.readableBytes > 4 << 20, "the clip has only \(bytes.readableBytes) bytes")
    let (rooms, room) = AsyncStream<Void>.makeStream()
    let input = try ContainerInput(.matroska, transcodes: Slots(limit: 0), onRoom: { room.yield() }, onOutput: {})
    var rest = bytes
    var isOpen = true
    func write() throws -> Bool {
      let piece = rest.readSlice(length: min(16 << 10, rest.readableBytes))
      return input.write(try #require(piece))
    }
    while isOpen && rest.readableBytes > 0 { isOpen = try write() }
    // What does not fit is what the thread and the pipe hold: a mebibyte each, and a little.
    #expect(!isOpen && bytes.readableBytes - rest.readableBytes < 3 << 20)
    var taken = Taken()
    var waiting = rooms.makeAsyncIterator()
    while rest.readableBytes > 0 {
      if !isOpen {
        try await eventually("there is room") {
          taken.take(from: input)
          return taken.bytes > 0
        }
        taken.bytes = 0
        _ = await waiting.next()
      }
      isOpen = try write()
    }
    input.finish()
    try await eventually("the stream is over") {
      taken.take(from: input)
      return taken.end != nil
    }
    #expect(taken.end == .some(.none) && taken.tracks == 1)
  }
}
