import Foundation
import Media
import NIOCore
import Packets
import TestSupport
import Testing

@testable import Codec

@Suite("A bitrate that changes on air")
struct BitrateChangeTests {
  /// What is looked at of each access unit.
  struct Unit {
    let isIDR: Bool
    let bytes: Int
    let filler: Int

    init(_ packet: EncodedPacket) {
      var (payload, filler) = (packet.payload, 0)
      while let length = payload.readInteger(as: UInt32.self), let unit = payload.readSlice(length: Int(length)) {
        if unit.getInteger(at: unit.readerIndex, as: UInt8.self).map({ $0 & 0x1F }) == 12 {
          filler += Int(length) + 4
        }
      }
      (isIDR, bytes, self.filler) = (packet.isKeyframe, packet.payload.readableBytes, filler)
    }
  }

  @Test("follows a lower bitrate within two seconds and grows into a higher one")
  func bitrateChange() throws {
    let settings = encoding(bitrate: .kilobits(1200))
    var encoder = try H264Encoder(settings)
    var bits = [Int](repeating: 0, count: 12)
    func count(_ packet: EncodedPacket) {
      bits[Int(packet.presentationTime.seconds)] += packet.payload.readableBytes * 8
    }
    try encodeMovingPicture(settings, frames: 0..<120, with: &encoder, count)
    try encoder.setBitrate(.kilobits(400), count)
    try encodeMovingPicture(settings, frames: 120..<240, with: &encoder, count)
    try encoder.setBitrate(.kilobits(1000), count)
    try encodeMovingPicture(settings, frames: 240..<360, with: &encoder, count)
    #expect(abs(bits[2...3].reduce(0, +) / 2 - 1_200_000) < 60_000, "\(bits)")
    #expect(abs(bits[6...7].reduce(0, +) / 2 - 400_000) < 20_000, "\(bits)")
    #expect(abs(bits[10...11].reduce(0, +) / 2 - 1_000_000) < 50_000, "\(bits)")
    #expect(encoder.bitrate == .kilobits(1000))
  }

  @Test("decodes from end to end, and the first change makes no keyframe")
  func decodes() throws {
    let directory = try ScratchDirectory()
    let settings = encoding()
    var encoder = try H264Encoder(settings)
    var packets: [EncodedPacket] = []
    try encodeMovingPicture(settings, frames: 0..<45, with: &encoder) { packets.append($0) }
    try encoder.setBitrate(.kilobits(300)) { packets.append($0) }
    try encodeMovingPicture(settings, frames: 45..<120, with: &encoder) { packets.append($0) }
    #expect(packets.filter(\.isKeyframe).map(\.presentationTime.milliseconds) == [0, 2000])
    var writer = try StreamWriter(
      .matroska(path: directory.file("a.mkv")),
      StreamDescription(video: encoder.description, audio: nil, encoder: "test"))
    for packet in packets { try writer.write(packet) }
    try writer.finish()
    let decoded = try Tool.run("ffmpeg", "-v", "warning", "-xerror", "-i", directory.file("a.mkv"), "-f", "null", "-")
    #expect(decoded.status == 0 && decoded.errors.isEmpty, "\(decoded.errors)")
    let streams = try Tool.probe(directory.file("a.mkv"), "-show_streams", "-count_frames")
    #expect(streams.first?["nb_read_frames"] == "120")
  }

  @Test("no access unit is larger than the largest IDR through 1,000 random changes, slate to motion among them")
  func noBurst() async throws {
    let settings = encoding(160, 96, bitrate: .kilobits(1200))
    var encoder = try H264Encoder(settings)
    let slate = try Picture(size: settings.size)
    var picture = try Picture(size: settings.size)
    var units: [Unit] = []
    var frame: Int64 = 0
    var (moves, isCut) = (false, false)
    var (largestShare, kilobits) = (0.0, 1200)
    try await Fuzz("bitrate changes", count: 1000).run { random in
      for _ in 0..<Int.random(in: 1...20, using: &random) {
        if moves { try drawMovingPicture(&picture, frame: Int(frame)) }
        func emit(_ packet: EncodedPacket) {
          let unit = Unit(packet)
          units.append(unit)
          largestShare = max(largestShare, Double(unit.filler * 8 * 30) / Double(kilobits * 1000))
        }
        if moves {
          try encoder.encode(picture, frameIndex: frame, captureTime: .zero, forceKeyframe: isCut, emit)
        } else {
          try encoder.encode(slate, frameIndex: frame, captureTime: .zero, forceKeyframe: isCut, emit)
        }
        (frame, isCut) = (frame + 1, false)
      }
      kilobits = Int.random(in: 60...1200, using: &random)
      try encoder.setBitrate(.kilobits(kilobits)) { units.append(Unit($0)) }
      if Bool.random(using: &random) { (moves, isCut) = (!moves, true) }
    }
    #expect(units.count == Int(frame))
    let largestIDR = try #require(units.filter(\.isIDR).map(\.bytes).max())
    let largestOther = try #require(units.filter { !$0.isIDR }.map(\.bytes).max())
    #expect(largestOther <= largestIDR)
    #expect(largestShare < 1.1, "filler is never more than a frame's share of the bitrate")
  }
}
