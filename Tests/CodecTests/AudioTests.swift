import Codec
import Foundation
import Media
import NIOCore
import Packets
import Testing

@Suite("Resampler")
struct ResamplerTests {
  private func run(_ format: AudioFormat, _ bytes: [UInt8], block: Int, ppm: Double = 0) throws -> [Float] {
    var resampler = try Resampler(from: format)
    if ppm != 0 { try resampler.setCompensation(partsPerMillion: ppm) }
    var output: [Float] = []
    func append(_ samples: Span<Float>) { for index in samples.indices { output.append(samples[index]) } }
    var start = 0
    while start < bytes.count {
      let end = min(bytes.count, start + block * format.bytesPerSampleFrame)
      let part = Array(bytes[start..<end])
      try unsafe resampler.process(part.span.bytes, append)
      start = end
    }
    try resampler.flush(append)
    return output
  }

  private func sine(_ format: AudioFormat, seconds: Int, hertz: Double, channels: Range<Int>) -> [UInt8] {
    var bytes: [UInt8] = []
    for index in 0..<seconds * format.sampleRate {
      let value = 0.5 * sin(2 * Double.pi * hertz * Double(index) / Double(format.sampleRate))
      for channel in 0..<format.channels {
        let level = channels.contains(channel) ? value : 0
        switch format.sampleFormat {
        case .s16:
          unsafe withUnsafeBytes(of: Int16(level * 32_767).littleEndian) { unsafe bytes.append(contentsOf: $0) }
        case .s32:
          unsafe withUnsafeBytes(of: Int32(level * 2_147_483_647).littleEndian) { unsafe bytes.append(contentsOf: $0) }
        case .f32:
          unsafe withUnsafeBytes(of: Float(level).bitPattern.littleEndian) { unsafe bytes.append(contentsOf: $0) }
        }
      }
    }
    return bytes
  }

  private func level(_ samples: [Float], _ channel: Int) -> Float {
    let values = stride(from: channel, to: samples.count, by: 2).map { samples[$0] }.dropFirst(4800).dropLast(4800)
    return (values.reduce(0) { $0 + $1 * $1 } / Float(values.count)).squareRoot()
  }

  @Test(
    "any format becomes 48 kHz stereo of the same length and level",
    arguments: [
      AudioFormat(sampleFormat: .s16, sampleRate: 44_100, channels: 1),
      AudioFormat(sampleFormat: .s16, sampleRate: 48_000, channels: 2),
      AudioFormat(sampleFormat: .s32, sampleRate: 96_000, channels: 2),
      AudioFormat(sampleFormat: .f32, sampleRate: 16_000, channels: 1),
      AudioFormat(sampleFormat: .f32, sampleRate: 8000, channels: 2),
    ])
  func formats(_ format: AudioFormat) throws {
    let output = try run(format, sine(format, seconds: 2, hertz: 440, channels: 0..<2), block: 441)
    #expect(abs(output.count / 2 - 96_000) <= 4, "\(output.count / 2) sample frames")
    let expected = Float(0.5 / 2.0.squareRoot())
    for channel in 0..<2 {
      #expect(abs(level(output, channel) - expected) < 0.01, "channel \(channel): \(level(output, channel))")
    }
  }

  @Test("compensation stretches by parts per million and holds", arguments: [500.0, -500.0])
  func compensation(_ ppm: Double) throws {
    let format = AudioFormat(sampleFormat: .f32, sampleRate: 48_000, channels: 2)
    let seconds = 20
    let output = try run(format, [UInt8](repeating: 0, count: seconds * 48_000 * 8), block: 1024, ppm: ppm)
    let stretched = Double(output.count / 2 - seconds * 48_000)
    #expect(abs(stretched - Double(seconds * 48_000) * ppm / 1e6) < 40, "\(stretched) sample frames")
  }

  @Test("what cannot be converted is refused")
  func refusals() {
    #expect(throws: CodecError.self) {
      _ = try Resampler(from: AudioFormat(sampleFormat: .s16, sampleRate: 48_000, channels: 65))
    }
    #expect(throws: CodecError.self) {
      _ = try Resampler(from: AudioFormat(sampleFormat: .s16, sampleRate: 0, channels: 2))
    }
  }
}

@Suite("AAC encoder")
struct AACEncoderTests {
  /// Where the recorded sound is audible, found by ffmpeg's decoder: first and last loud sample frame.
  private func audible(_ packets: [EncodedPacket], _ encoder: borrowing AACEncoder) throws -> (first: Int, last: Int) {
    let directory = try ScratchDirectory()
    var writer = try StreamWriter(
      .matroska(path: directory.file("a.mkv")),
      StreamDescription(video: nil, audio: encoder.description, encoder: "test"))
    for packet in packets { try writer.write(packet) }
    try writer.finish()
    // `first_pts=0` puts silence before a late start, so positions are times.
    try Tool.ffmpeg(
      "-i", directory.file("a.mkv"), "-af", "aresample=async=1:first_pts=0", "-ac", "1", "-f", "f32le",
      directory.file("a.raw"))
    let data = try Data(contentsOf: URL(fileURLWithPath: directory.file("a.raw")))
    let loud = unsafe data.withUnsafeBytes { bytes in
      let samples = unsafe bytes.bindMemory(to: Float.self)
      return samples.indices.filter { unsafe abs(samples[$0]) > 0.1 }
    }
    return (try #require(loud.first), try #require(loud.last))
  }

  @Test(
    "sound stays where it was recorded within three milliseconds, in one channel too",
    arguments: [(1024, false), (441, false), (4800, false), (441, true)])
  func lineUp(block: Int, isMono: Bool) throws {
    var encoder = try AACEncoder(isMono: isMono)
    #expect(encoder.description.channels == (isMono ? 1 : 2))
    let sound = tone(1000, count: 96_000, audible: 48_000..<52_800)
    var packets: [EncodedPacket] = []
    var index = 0
    while index < 96_000 {
      let end = min(96_000, index + block)
      try encoder.encode(
        sound.span.extracting(index * 2..<end * 2), startingAt: Int64(index),
        captureTime: MediaTime(milliseconds: 5000 + Int64(index) / 48)
      ) { packets.append($0) }
      index = end
    }
    try encoder.flush { packets.append($0) }
    #expect(packets.first?.presentationTime == .zero)
    #expect(zip(packets, packets.dropFirst()).allSatisfy { $0.presentationTime < $1.presentationTime })
    #expect(packets[10].presentationTime == MediaTime(ticks: 10_240, per: 48_000))
    #expect(abs((packets[10].captureTime - packets[10].presentationTime).inMilliseconds - 5000) < 1.1)
    let (first, last) = try audible(packets, encoder)
    #expect(abs(first - 48_000) < 144, "begins at sample frame \(first)")
    #expect(abs(last - 52_800) < 144, "ends at sample frame \(last)")
  }

  @Test("gaps become silence, overlaps are dropped, and what follows stays in place")
  func gaps() throws {
    var encoder = try AACEncoder()
    let sound = tone(1000, count: 96_000, audible: 72_000..<76_800)
    var packets: [EncodedPacket] = []
    for part in [0..<20_000, 30_000..<50_000, 49_000..<60_000, 60_001..<96_000] {
      try encoder.encode(
        sound.span.extracting(part.lowerBound * 2..<part.upperBound * 2), startingAt: Int64(part.lowerBound),
        captureTime: .zero
      ) {
        packets.append($0)
      }
    }
    try encoder.flush { packets.append($0) }
    let steps = Set(
      zip(packets, packets.dropFirst()).map {
        $1.presentationTime.ticks(per: 48_000) - $0.presentationTime.ticks(per: 48_000)
      })
    #expect(steps == [1024])
    let (first, last) = try audible(packets, encoder)
    #expect(abs(first - 72_000) < 144)
    #expect(abs(last - 76_800) < 144)
  }

  @Test("after a gap of more than a second the timeline jumps")
  func jump() throws {
    var encoder = try AACEncoder()
    let sound = tone(1000, count: 10_240, audible: 4800..<9600)
    var packets: [EncodedPacket] = []
    try encoder.encode(tone(1000, count: 5000, level: 0).span, startingAt: 0, captureTime: .zero) { packets.append($0) }
    try encoder.encode(sound.span, startingAt: 480_000, captureTime: .zero) { packets.append($0) }
    try encoder.flush { packets.append($0) }
    #expect(packets.count < 24)
    #expect(zip(packets, packets.dropFirst()).allSatisfy { $0.presentationTime < $1.presentationTime })
    let (first, _) = try audible(packets, encoder)
    #expect(abs(first - 484_800) < 144, "begins at sample frame \(first)")
  }
}
