import Foundation
import Media
import NIOCore
import Packets
import TestSupport
import Testing

@testable import RTMP

@Suite("FLV streams: writing")
struct FLVStreamWriterTests {
  private let sample: SampleStream

  init() throws { sample = try SampleStream() }

  /// The sample from `milliseconds` on, as a reader gives it.
  private func packets(from milliseconds: Int64) -> [EncodedPacket] {
    let start = sample.packets[0].decodeTime
    return sample.packets(from: MediaTime(milliseconds: milliseconds) - start).map { packet in
      var packet = packet
      packet.captureTime = .zero
      return packet
    }
  }

  @Test(
    "what is written is read again the same, also over 2^24 and 2^32 ms", arguments: [0, 1 << 24 - 500, 1 << 32 - 500])
  func roundTrip(start: Int64) throws {
    let packets = packets(from: start)
    let outputs = try FLVSample.outputs(of: FLVSample.file(sample.description, packets), cutInto: 1000)
    #expect(outputs.first == .begin(sample.description))
    #expect(FLVSample.packets(in: outputs) == packets)
    if start > 0 {
      let border = MediaTime(milliseconds: start + 500)
      #expect(packets.contains { $0.decodeTime < border } && packets.contains { $0.decodeTime > border })
    }
  }

  @Test("a tag has as many bytes as were said")
  func counts() {
    let writer = FLVStreamWriter(sample.description)
    for packet in sample.packets {
      var bytes = ByteBuffer()
      writer.write(packet, into: &bytes)
      #expect(bytes.readableBytes == writer.count(packet))
    }
  }

  @Test(
    "the header says which tracks there are, and only they have sequence headers",
    arguments: [(true, true, "05"), (true, false, "01"), (false, true, "04")])
  func header(hasVideo: Bool, hasAudio: Bool, flags: String) {
    var stream = sample.description
    if !hasVideo { stream.video = nil }
    if !hasAudio { stream.audio = nil }
    var opening = FLVStreamWriter(stream).opening(at: .zero)
    #expect(opening.readSlice(length: 13) == ByteBuffer(hex: "464c5601 \(flags) 00000009 00000000"))
    var types: [UInt8] = []
    while let type: UInt8 = opening.readInteger(), let size = opening.readUInt24() {
      types.append(type)
      opening.moveReaderIndex(forwardBy: 7 + Int(size) + 4)
    }
    #expect(types == [18] + (hasVideo ? [9] : []) + (hasAudio ? [8] : []))
  }

  @Test("ffprobe finds the same packets in a written file, and ffmpeg decodes it without a complaint")
  func referee() async throws {
    let folder = try TemporaryDirectory()
    let outputs = try FLVSample.outputs(of: try await FLVSample.made().bytes)
    guard case .begin(let stream) = outputs.first else {
      Issue.record("it does not begin with the tracks")
      return
    }
    let original = FLVSample.packets(in: outputs)
    let packets = original.map { $0.later(by: .milliseconds(1 << 24 - 500)) }
    let file = folder.file("a.flv")
    try Data(FLVSample.file(stream, packets).readableBytesView).write(to: file)
    let probe = try await MediaProbe(file)
    #expect(probe.container == "flv")
    #expect(probe.video?.codec == "h264" && probe.audio?.codec == "aac")
    #expect(probe.video?.width == 160)
    for (ours, theirs) in [
      (packets.filter(\.isVideo), probe.videoPackets), (packets.filter { !$0.isVideo }, probe.audioPackets),
    ] {
      #expect(ours.map(\.decodeTime.milliseconds) == theirs.map { Int64(($0.dts * 1000).rounded()) })
      #expect(ours.map(\.presentationTime.milliseconds) == theirs.map { Int64(($0.pts * 1000).rounded()) })
      #expect(ours.map(\.payload.readableBytes) == theirs.map(\.size))
    }
    // Metadata that does not stand at zero are a track of its own for ffmpeg, which it cannot decode.
    try Data(FLVSample.file(stream, original).readableBytesView).write(to: file)
    let errors = try await MediaProbe(file).decodeErrors()
    #expect(errors == [])
  }
}
