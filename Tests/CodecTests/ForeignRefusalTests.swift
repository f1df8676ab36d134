import Media
import NIOCore
import Testing

@testable import Codec

@Suite("Streams of browsers that are not taken")
struct ForeignRefusalTests {
  @Test("what cannot be published says why")
  func failures() throws {
    let sound = try Clip.make(Clip.tone + Clip.opus + Clip.webM)
    #expect(ForeignRun(sound).failure == .noVideo)
    let vp8 = try Clip.make(Clip.picture + Clip.vp8 + ["-t", "1"] + Clip.webM)
    let refused = ForeignRun(vp8, mayTranscode: false)
    #expect(refused.failure == .noTranscode(codec: "vp8") && refused.tracks.isEmpty && refused.packets.isEmpty)
    let h264 = try Clip.make(Clip.picture + Clip.h264 + ["-t", "1"] + Clip.matroska)
    #expect(ForeignRun(h264, mayTranscode: false).failure == nil, "nothing is encoded anew")
    for (container, start) in [
      (StreamContainer.matroska, [UInt8]([0x1a, 0x45, 0xdf, 0xa3])), (.mp4, [0, 0, 0, 16] + Array("ftypisom".utf8)),
    ] {
      #expect(ForeignRun(ByteBuffer(bytes: start)).failure == .unreadable(container))
      #expect(ForeignRun(ByteBuffer(), container).failure == .unreadable(container))
    }
  }

  @Test("codecs that browsers do not record are not decoded")
  func otherCodecs() throws {
    for (codec, name) in [("mpeg4", "V_MPEG4/ISO/ASP"), ("mjpeg", "V_MJPEG"), ("ffv1", "V_MS/VFW/FOURCC")] {
      let bytes = try Clip.make(Clip.picture + ["-t", "1", "-c:v", codec, "-pix_fmt", "yuvj420p"] + Clip.matroska)
      let run = ForeignRun(bytes)
      #expect(run.failure == .codec(.decodingFailed(path: name, reason: "browsers record no such tracks")))
      #expect(run.packets.isEmpty)
    }
  }
}
