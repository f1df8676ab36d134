import Foundation
import Media
import NIOCore
import Packets
import TestSupport
import Testing

@testable import RTMP

@Suite("FLV streams: reading")
struct FLVStreamReaderTests {
  @Test("what ffmpeg writes is read with ffprobe's times, sizes and keyframes")
  func agreesWithFFprobe() async throws {
    let (bytes, probe) = try await FLVSample.made()
    let outputs = try FLVSample.outputs(of: bytes)
    guard case .begin(let description) = outputs.first else {
      Issue.record("it does not begin with the tracks but with \(String(describing: outputs.first))")
      return
    }
    #expect(description.video?.size == PictureSize(width: 160, height: 120))
    #expect(description.video?.frameRate == .thirty)
    #expect(description.audio?.sampleRate == 48_000)
    #expect(description.encoder.hasPrefix("Lavf"))
    let packets = FLVSample.packets(in: outputs)
    #expect(packets.count == outputs.count - 1)
    func milliseconds(_ seconds: Double) -> Int64 { Int64((seconds * 1000).rounded()) }
    for (ours, theirs) in [
      (packets.filter(\.isVideo), probe.videoPackets), (packets.filter { !$0.isVideo }, probe.audioPackets),
    ] {
      #expect(ours.count > 85 && ours.count == theirs.count)
      #expect(ours.map(\.decodeTime.milliseconds) == theirs.map { milliseconds($0.dts) })
      #expect(ours.map(\.presentationTime.milliseconds) == theirs.map { milliseconds($0.pts) })
      #expect(ours.map(\.payload.readableBytes) == theirs.map(\.size))
      if ours.first?.isVideo ?? false { #expect(ours.map(\.isKeyframe) == theirs.map(\.isKeyframe)) }
    }
  }

  @Test("pieces of every size come to the same")
  func pieces() async throws {
    let (bytes, _) = try await FLVSample.made()
    let whole = try FLVSample.outputs(of: bytes)
    for size in [1, 2, 3, 5, 7, 11, 13, 15, 17, 31, 127, 1021, 4093, 65_521] {
      #expect(try FLVSample.outputs(of: bytes, cutInto: size) == whole, "pieces of \(size)")
    }
  }

  @Test("a tag that came whole is handed out where it lies; one in two pieces is not")
  func sharing() throws {
    let sample = try SampleStream()
    let bytes = FLVSample.file(sample.description, sample.packets)
    let packets = FLVSample.packets(in: try FLVSample.outputs(of: bytes))
    #expect(packets.count == sample.packets.count)
    let home = bytes.place
    for packet in packets { #expect(home.contains(packet.payload.place.lowerBound)) }
    let cut = FLVSample.packets(in: try FLVSample.outputs(of: bytes, cutInto: 40))
    #expect(cut.contains { $0.payload.readableBytes > 40 && !home.contains($0.payload.place.lowerBound) })
  }

  @Test(
    "what does not begin as FLV is told so by its first wrong byte",
    arguments: [
      "47", "464d", "464c57", "1a45dfa3", "464c5601 05 0000000a 00000000", "464c5601 05 00000000 00000000",
    ])
  func notFLV(hex: String) {
    #expect(throws: FLVStreamError.notFLV) { try FLVSample.outputs(of: ByteBuffer(hex: hex)) }
    #expect(throws: FLVStreamError.notFLV) { try FLVSample.outputs(of: ByteBuffer(hex: hex), cutInto: 1) }
  }

  @Test("a beginning that may yet become FLV is waited for", arguments: 0...13)
  func beginning(count: Int) throws {
    let start = try #require(FLVSample.header.getSlice(at: 0, length: count))
    #expect(try FLVSample.outputs(of: start, cutInto: 1).isEmpty)
  }

  @Test("a tag longer than allowed is refused by its header, before its bytes are there; one just as long is not")
  func oversize() throws {
    let limit = 1000
    func stream(_ count: Int) -> ByteBuffer {
      FLVSample.header + FLVSample.tag(8, ByteBuffer(repeating: 0xaf, count: count))
    }
    #expect(throws: FLVStreamError.tagTooLong(bytes: 1001, limit: limit)) {
      try FLVSample.outputs(of: stream(1001).getSlice(at: 0, length: 13 + 11) ?? ByteBuffer(), tagLimit: limit)
    }
    #expect(throws: FLVStreamError.tagTooLong(bytes: 1001, limit: limit)) {
      try FLVSample.outputs(of: stream(1001), cutInto: 1, tagLimit: limit)
    }
    #expect(throws: FLVStreamError.unsupported("the AudioSpecificConfig cannot be read")) {
      var bytes = stream(1000)
      bytes.setInteger(UInt8(0), at: 13 + 11 + 1)
      bytes.setInteger(UInt8(0), at: 13 + 11 + 2)
      _ = try FLVSample.outputs(of: bytes, tagLimit: limit)
    }
  }

  @Test(
    "what cannot be taken is said in words",
    arguments: [
      (9, "22 00", "video codec 2 is not taken, only H.264 and AAC are"),
      (9, "90 68766331", "video hvc1 in extended FLV is not taken, only H.264 and AAC are"),
      (8, "2f aa", "audio codec 2 is not taken, only H.264 and AAC are"),
      (9, "17 00 000000 00", "the AVC sequence header cannot be read"),
    ] as [(UInt8, String, String)])
  func unsupported(type: UInt8, hex: String, words: String) {
    #expect(throws: FLVStreamError.unsupported(words)) {
      try FLVSample.outputs(of: FLVSample.header + FLVSample.tag(type, ByteBuffer(hex: hex)))
    }
  }

  @Test("tags of other kinds, encrypted ones and metadata that cannot be read are passed over")
  func ignored() throws {
    let sample = try SampleStream()
    let plain = FLVSample.file(sample.description, sample.packets)
    var mixed = try #require(plain.getSlice(at: 0, length: 13))
    for (type, hex) in [(15, "0102"), (18, "02ffff"), (18, ""), (0x28, "af0012"), (0x29, "2200")] as [(UInt8, String)] {
      mixed.writeImmutableBuffer(FLVSample.tag(type, ByteBuffer(hex: hex)))
    }
    mixed.writeImmutableBuffer(try #require(plain.getSlice(at: 13, length: plain.readableBytes - 13)))
    #expect(try FLVSample.outputs(of: mixed) == FLVSample.outputs(of: plain))
  }

  @Test("metadata counts only in front of the stream, and not with an index of keyframes in it")
  func metadata() throws {
    let sample = try SampleStream()
    let plain = FLVSample.file(sample.description, sample.packets)
    let head = try #require(plain.getSlice(at: 0, length: 13))
    let rest = try #require(plain.getSlice(at: 13, length: plain.readableBytes - 13))
    // A name, and an array that promises 2^32 numbers, or has very many.
    var promise = ByteBuffer(hex: "02 000a 6f6e4d65746144617461 08 ffffffff 0004 6c697374 0a ffffffff")
    promise.writeBytes([0, 0, 0])
    var index = ByteBuffer(hex: "02 000a 6f6e4d65746144617461 08 00000001 0004 6c697374 0a 00004e20")
    for value in 0..<20_000 {
      index.writeInteger(UInt8(0))
      index.writeInteger(Double(value).bitPattern)
    }
    index.writeBytes([0, 0, 9])
    for script in [promise, index] {
      let bytes = head + FLVSample.tag(18, script) + rest
      #expect(try FLVSample.outputs(of: bytes) == FLVSample.outputs(of: plain))
      var flooded = plain
      for _ in 0..<200 { flooded.writeImmutableBuffer(FLVSample.tag(18, script)) }
      #expect(try FLVSample.outputs(of: flooded) == FLVSample.outputs(of: plain))
    }
  }

  @Test("sound that comes later than a second is a change of the tracks")
  func lateSound() throws {
    let sample = try SampleStream()
    var silent = sample.description
    silent.audio = nil
    let pictures = sample.packets.filter(\.isVideo)
    let span = try #require(pictures.last).decodeTime - pictures[0].decodeTime
    try #require(span > .seconds(1), "the sample is too short")
    let more = FLVStreamWriter(sample.description).opening(at: try #require(pictures.last).decodeTime)
    var bytes = FLVSample.file(silent, pictures)
    bytes.writeImmutableBuffer(try #require(more.getSlice(at: 13, length: more.readableBytes - 13)))
    let outputs = try FLVSample.outputs(of: bytes)
    #expect(outputs.first == .begin(silent))
    #expect(FLVSample.packets(in: outputs).count == pictures.count)
    guard case .changed(let both) = outputs.last else {
      Issue.record("it ends with \(String(describing: outputs.last))")
      return
    }
    #expect(both.video == sample.description.video)
    #expect(both.audio?.audioSpecificConfig == sample.description.audio?.audioSpecificConfig)
  }

  @Test("other parameters on the way are a change; the same ones again are none")
  func changedParameters() throws {
    let sample = try SampleStream()
    let first = FLVSample.file(sample.description, sample.packets)
    let again = FLVStreamWriter(sample.description).opening(at: .zero)
    let repeated = first + (again.getSlice(at: 13, length: again.readableBytes - 13) ?? ByteBuffer())
    #expect(try FLVSample.outputs(of: repeated) == FLVSample.outputs(of: first))
    let changed = try FLVSample.outputs(of: first + FLVSample.tag(9, FLVSample.otherPicture))
    guard case .changed(let description) = changed.last else {
      Issue.record("it ends with \(String(describing: changed.last))")
      return
    }
    #expect(description.video?.size == PictureSize(width: 854, height: 480))
    #expect(description.audio == sample.description.audio)
  }

  @Test("times that leap by 2^31 ms with each tag come to no end that cannot be added to")
  func leapingTimes() throws {
    let sound = ByteBuffer(hex: "af 01 2100")
    var bytes = FLVSample.header + FLVSample.tag(8, ByteBuffer(hex: "af 00 1190"))
    for index in 0..<10_000 as Range<UInt32> {
      bytes.writeImmutableBuffer(FLVSample.tag(8, at: index &* 0x7fff_ffff, sound))
    }
    let packets = FLVSample.packets(in: try FLVSample.outputs(of: bytes))
    #expect(packets.count == 10_000)
    let latest = try #require(packets.last).decodeTime
    #expect(latest > MediaTime(milliseconds: 1 << 39))
    #expect(latest < MediaTime(nanoseconds: 1 << 60))
  }

  @Test("one track alone with times that stand still: what is held back for the other is bounded in bytes")
  func heldBytes() throws {
    let unit = ByteBuffer(hex: "27 01 000000") + ByteBuffer(repeating: 0, count: 1 << 20)
    var reader = FLVStreamReader()
    reader.append(FLVSample.header + FLVSample.tag(9, FLVSample.otherPicture))
    #expect(try reader.next(at: .zero) == nil)
    var held = 0
    var output: FLVStreamReader.Output?
    while output == nil && held < 64 {
      reader.append(FLVSample.tag(9, unit))
      held += 1
      output = try reader.next(at: .zero)
    }
    #expect(held == 8)
    guard case .begin = output else {
      Issue.record("\(String(describing: output)) after \(held) MiB")
      return
    }
  }
}
