import Media
import NIOCore
import Packets
import Testing

@testable import RTMP

@Suite("FLV tags")
struct FLVTests {
  private func bytes(_ header: FLVTagHeader) -> ByteBuffer {
    var output = ByteBuffer()
    header.write(into: &output)
    return output
  }

  @Test("headers have the bytes that FFmpeg and GStreamer send")
  func headers() {
    #expect(
      bytes(.video(isKeyframe: true, isSequenceHeader: true, compositionTime: 0)) == ByteBuffer(hex: "17 00 000000"))
    #expect(
      bytes(.video(isKeyframe: false, isSequenceHeader: false, compositionTime: 66)) == ByteBuffer(hex: "27 01 000042"))
    #expect(
      bytes(.video(isKeyframe: false, isSequenceHeader: false, compositionTime: -1)) == ByteBuffer(hex: "27 01 ffffff"))
    #expect(bytes(.audio(isSequenceHeader: true)) == ByteBuffer(hex: "af 00"))
    #expect(bytes(.audio(isSequenceHeader: false)) == ByteBuffer(hex: "af 01"))
  }

  @Test("an impossible composition time is brought into 24 bits")
  func compositionTime() {
    let packet = EncodedPacket(
      kind: .video(isKeyframe: true), presentationTime: MediaTime(milliseconds: 1 << 40), decodeTime: .zero,
      captureTime: .zero, payload: ByteBuffer())
    #expect(bytes(.packet(packet)) == ByteBuffer(hex: "17 01 7fffff"))
  }

  @Test(
    "video payloads are taken apart",
    arguments: [
      ("17 00 000000 01", .avcSequenceHeader(ByteBuffer(hex: "01"))),
      ("17 01 000042 aabb", .avc(isKeyframe: true, compositionTime: 66, ByteBuffer(hex: "aabb"))),
      ("27 01 ffffff aa", .avc(isKeyframe: false, compositionTime: -1, ByteBuffer(hex: "aa"))),
      ("17 02 000000", .empty), ("57 00", .empty), ("57 01 000000 00", .empty), ("", .empty), ("17", .empty),
      ("22 00", .unsupported("video codec 2")),
      ("90 68766331", .unsupported("video hvc1 in extended FLV")),
    ] as [(String, FLVTag)])
  func video(hex: String, tag: FLVTag) { #expect(FLVTag(video: ByteBuffer(hex: hex)) == tag) }

  @Test(
    "audio payloads are taken apart",
    arguments: [
      ("af 00 1190", .aacSequenceHeader(ByteBuffer(hex: "1190"))), ("af 01 aa", .aac(ByteBuffer(hex: "aa"))),
      ("", .empty), ("af", .empty), ("2f aa", .unsupported("audio codec 2")),
    ] as [(String, FLVTag)])
  func audio(hex: String, tag: FLVTag) { #expect(FLVTag(audio: ByteBuffer(hex: hex)) == tag) }

  @Test("an AudioSpecificConfig tells rate and channels")
  func audioSpecificConfig() throws {
    let stereo = try #require(AudioSpecificConfig(ByteBuffer(hex: "1190")))
    #expect(stereo.sampleRate == 48_000 && stereo.channels == 2)
    let mono = try #require(AudioSpecificConfig(ByteBuffer(hex: "1208")))
    #expect(mono.sampleRate == 44_100 && mono.channels == 1)
    for bad in ["", "00", "17", "1680"] {
      #expect(AudioSpecificConfig(ByteBuffer(hex: bad)) == nil)
    }
  }

  @Test(
    "an SPS of x264 tells the picture's size after cropping",
    arguments: [
      // libx264: 1280x720 Main, 1920x1080 High, 854x480 High, 160x120 Constrained Baseline.
      ("014d401fffe10019674d401feca02802dd8088000003000800000301e078c18cb001000468ef8fc8", 1280, 720),
      ("01640028ffe1001b67640028acd940780227e5c044000003000400000300f03c60c65801000468ef8fcbfdf8f800", 1920, 1080),
      ("0164001fffe1001a6764001facd940d83de6f0110000030001000003003c0f18319601000468ef8fcbfdf8f800", 854, 480),
      ("0142c00bffe100186742c00bda0a11f970110000030001000003003c0f142aa001000468ce0fc8", 160, 120),
    ])
  func sizes(hex: String, width: Int, height: Int) throws {
    let configuration = try #require(AVCDecoderConfiguration(ByteBuffer(hex: hex)))
    #expect(configuration.size == PictureSize(width: width, height: height))
    #expect(configuration.lengthSize == 4)
  }
}
