import Foundation
import Media
import NIOCore
import Packets
import Testing

@testable import Codec

@Suite("The H.264 encoder")
struct H264EncoderTests {
  @Test("describes its stream with an avcC of Main profile and the geometry's level")
  func description() throws {
    let encoder = try H264Encoder(encoding())
    #expect(encoder.name == "libx264")
    let configuration = try #require(AVCDecoderConfiguration(parsing: encoder.description.decoderConfiguration))
    #expect(configuration.profile == 77)
    #expect(configuration.level == 30)
    #expect(configuration.record == encoder.description.decoderConfiguration)
  }

  @Test("stamps packets exactly and puts an IDR on each interval, across gaps and after a forced one")
  func keyframes() throws {
    let settings = encoding()
    var encoder = try H264Encoder(settings)
    let picture = try Picture(size: settings.size)
    var packets: [EncodedPacket] = []
    let indices: [Int64] = Array(0..<10) + Array(58..<100) + Array(100..<180)
    for index in indices {
      try encoder.encode(
        picture, frameIndex: index, captureTime: MediaTime(milliseconds: index), forceKeyframe: index == 100
      ) { packets.append($0) }
    }
    #expect(packets.map(\.presentationTime) == indices.map { FrameRate.thirty.time(ofFrame: $0) })
    #expect(packets.map(\.decodeTime) == packets.map(\.presentationTime))
    #expect(packets.map(\.captureTime) == indices.map { MediaTime(milliseconds: $0) })
    let keyframes = zip(indices, packets).filter { $0.1.isKeyframe }.map { $0.0 }
    #expect(keyframes == [0, 60, 100, 160])
  }

  @Test("writes NAL units with lengths, filler and SEI among them, parameter sets and delimiters not")
  func nalUnits() throws {
    let settings = encoding()
    var encoder = try H264Encoder(settings)
    var types: Set<UInt8> = []
    try encodeMovingPicture(settings, frames: 0..<3, with: &encoder) { packet in
      var payload = packet.payload
      while let length = payload.readInteger(as: UInt32.self), let unit = payload.readBytes(length: Int(length)) {
        types.insert(unit[0] & 0x1F)
      }
      #expect(payload.readableBytes == 0)
    }
    #expect(types.isSuperset(of: [1, 5, 6]))
    #expect(types.isDisjoint(with: [7, 8, 9]))
  }

  @Test("refuses what cannot be, each with its reason")
  func refusals() throws {
    #expect(throws: CodecError.unsupportedEncoding(reason: "641x360 has an odd edge; 4:2:0 pictures need even ones")) {
      _ = try H264Encoder(encoding(641, 360))
    }
    var settings = encoding()
    settings.preset = "warp"
    #expect(throws: CodecError.self) { _ = try H264Encoder(settings) }
    var encoder = try H264Encoder(encoding())
    let picture = try Picture(size: PictureSize(width: 640, height: 360))
    let other = try Picture(size: PictureSize(width: 320, height: 180))
    try encoder.encode(picture, frameIndex: 4, captureTime: .zero) { _ in }
    #expect(throws: CodecError.timeNotIncreasing(frame: 4, last: 4)) {
      try encoder.encode(picture, frameIndex: 4, captureTime: .zero) { _ in }
    }
    #expect(throws: CodecError.wrongPicture(expected: "640x360 I420", actual: "320x180")) {
      try encoder.encode(other, frameIndex: 5, captureTime: .zero) { _ in }
    }
  }

  @Test("automatic choice ends with an encoder that works and says why")
  func automatic() throws {
    var settings = encoding()
    settings.encoder = .auto
    var encoder = try H264Encoder(settings)
    var packets = 0
    try encodeMovingPicture(settings, frames: 0..<30, with: &encoder) { _ in packets += 1 }
    try encoder.flush { _ in packets += 1 }
    #expect(packets == 30)
    #expect(!encoder.reason.isEmpty)
  }

  @Test(
    "a hardware encoder that is not there is refused in one line",
    arguments: [VideoEncoderChoice.h264NVENC, .h264VAAPI])
  func noHardware(_ choice: VideoEncoderChoice) throws {
    try #require(!FileManager.default.fileExists(atPath: "/dev/nvidia0"))
    try #require(!FileManager.default.fileExists(atPath: "/dev/dri/renderD128"))
    var settings = encoding()
    settings.encoder = choice
    do {
      _ = try H264Encoder(settings)
      Issue.record("\(choice) worked without a device")
    } catch {
      #expect("\(error)".contains(choice.rawValue))
      #expect(!"\(error)".contains("\n"))
    }
  }

  @Test(
    "levels are those of H.264 Table A-1",
    arguments: [
      (1280, 720, 30, 2500, 31), (1280, 720, 60, 4500, 32), (1920, 1080, 30, 4500, 40), (1920, 1080, 60, 8500, 42),
      (640, 360, 30, 800, 30), (640, 360, 15, 800, 22), (320, 180, 30, 300, 13), (1280, 720, 30, 15_000, 32),
      (3840, 2160, 30, 8500, 51),
    ])
  func levels(width: Int, height: Int, rate: Int32, kilobits: Int, level: Int) throws {
    let settings = VideoEncoding(
      size: PictureSize(width: width, height: height), frameRate: try #require(FrameRate(rate)),
      bitrate: .kilobits(kilobits))
    #expect(H264Level.smallest(for: settings)?.idc == level)
  }
}
