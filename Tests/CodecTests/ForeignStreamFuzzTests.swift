import Media
import NIOCore
import Packets
import Testing

@testable import Codec

@Suite("Hostile streams of browsers")
struct ForeignStreamFuzzTests {
  private static let short = ["-t", "0.5"]

  private static func seeds() throws -> [ByteBuffer] {
    let source = ["-f", "lavfi", "-i", "testsrc2=s=128x128:r=15:d=1"] + Clip.tone + short
    return [
      try Clip.make(source + Clip.h264 + Clip.aac + Clip.mp4),
      try Clip.make(source + Clip.h264 + Clip.opus + Clip.matroska),
      try Clip.make(source + Clip.vp8 + Clip.opus + Clip.webM), try Clip.make(source + Clip.vp9 + Clip.opus + Clip.mp4),
    ]
  }

  @Test("800 damaged streams: each ends, by itself or with an error, and no time goes back", arguments: 0..<4)
  func damaged(seed: Int) async throws {
    let original = try Self.seeds()[seed]
    var random = SystemRandomNumberGenerator()
    var (failures, streams) = (0, 0)
    for round in 0..<200 {
      if round % 16 == 0 { await Task.yield() }
      var bytes = original
      // The signature stays; headers are where harm is done.
      let reach = 8..<(Bool.random(using: &random) ? bytes.readableBytes : min(900, bytes.readableBytes))
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        let byte: UInt8 = Bool.random(using: &random) ? 0xff : .random(in: 0...255, using: &random)
        bytes.setInteger(byte, at: Int.random(in: reach, using: &random))
      }
      let run = ForeignRun(bytes, cutInto: Int.random(in: 1...5000, using: &random))
      if run.failure == nil { streams += 1 } else { failures += 1 }
      for track in [run.video, run.audio] {
        for (before, after) in zip(track, track.dropFirst()) where after.decodeTime < before.decodeTime {
          Issue.record("\(after.decodeTime) after \(before.decodeTime)")
        }
      }
    }
    #expect(streams > 20 && failures > 2, "\(streams) streams, \(failures) failures")
  }

  @Test("a stream that ends anywhere gives what it had")
  func truncated() async throws {
    for original in try Self.seeds() {
      var random = SystemRandomNumberGenerator()
      for _ in 0..<25 {
        let length = Int.random(in: 8..<original.readableBytes, using: &random)
        let run = ForeignRun(original.getSlice(at: 0, length: length) ?? ByteBuffer())
        #expect(run.failure != nil || run.tracks.count <= 1)
        #expect(run.tracks.isEmpty == run.packets.isEmpty)
      }
      await Task.yield()
    }
  }

  @Test("garbage behind a signature ends with an error")
  func garbage() async {
    var random = SystemRandomNumberGenerator()
    for round in 0..<400 {
      var bytes = ByteBuffer(bytes: round.isMultiple(of: 2) ? [0x1a, 0x45, 0xdf, 0xa3] : [0, 0, 0, 20])
      if !round.isMultiple(of: 2) { bytes.writeString("ftypisom\u{0}\u{0}\u{2}\u{0}iso5") }
      for _ in 0..<Int.random(in: 0...4000, using: &random) { bytes.writeInteger(random.next()) }
      let run = ForeignRun(bytes)
      #expect(run.failure != nil && run.packets.isEmpty)
    }
  }
}
