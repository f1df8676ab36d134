import Codec
import Foundation
import Media
import NIOCore
import Packets
import Testing

@Suite("MPEG-TS in memory, as ffprobe reads it")
struct TransportStreamTests {
  private struct Made {
    var bytes: [UInt8] = []
    /// For each packet, the stream's bytes.
    var parts: [(packet: EncodedPacket, bytes: ByteBuffer)] = []
  }

  private func make(seconds: Int) throws -> Made {
    let settings = encoding()
    var video = try H264Encoder(settings)
    var audio = try AACEncoder()
    var writer = try TransportStreamWriter(
      StreamDescription(video: video.description, audio: audio.description, encoder: "test"))
    let sound = tone(1000, count: 1600)
    var made = Made()
    for frame in 0..<seconds * 30 {
      var packets: [EncodedPacket] = []
      try encodeMovingPicture(settings, frames: frame..<frame + 1, with: &video) { packets.append($0) }
      try audio.encode(sound.span, startingAt: Int64(frame) * 1600, captureTime: .zero) { packets.append($0) }
      for packet in packets {
        let bytes = try writer.write(packet)
        made.parts.append((packet, bytes))
        made.bytes += bytes.readableBytesView
      }
    }
    return made
  }

  @Test("five seconds are the same picture and sound, with even times, and decode without a complaint")
  func whole() throws {
    let directory = try ScratchDirectory()
    let path = directory.file("a.ts")
    try Data(make(seconds: 5).bytes).write(to: URL(fileURLWithPath: path))
    let streams = try Tool.probe(path, "-show_streams", "-count_frames")
    let video = try #require(streams.first { $0["codec_type"] == "video" })
    #expect(video["codec_name"] == "h264" && video["profile"] == "Main" && video["nb_read_frames"] == "150")
    #expect(video["width"] == "640" && video["height"] == "360" && video["color_space"] == "bt709")
    let audio = try #require(streams.first { $0["codec_type"] == "audio" })
    #expect(audio["codec_name"] == "aac" && audio["profile"] == "LC" && audio["channels"] == "2")
    let packets = try Tool.probe(path, "-select_streams", "v", "-show_packets", "-show_entries", "packet=dts,pts")
    let times = packets.compactMap { $0["dts"].flatMap { Int($0) } }
    #expect(times.count == 150 && zip(times, times.dropFirst()).allSatisfy { $1 - $0 == 3000 })
    #expect(packets.allSatisfy { $0["dts"] == $0["pts"] })
    let check = try Tool.ffmpeg("-xerror", "-i", path, "-f", "null", "-")
    #expect(check.errors.isEmpty, "\(check.errors)")
  }

  @Test("each packet gives whole packets of 188 bytes at once, tables in front of the first")
  func atOnce() throws {
    let made = try make(seconds: 1)
    for part in made.parts {
      #expect(part.bytes.readableBytes > part.packet.payload.readableBytes)
      #expect(part.bytes.readableBytes % TransportStreamWriter.packetBytes == 0)
      #expect(part.bytes.getInteger(at: part.bytes.readerIndex, as: UInt8.self) == 0x47)
    }
    // The PAT's PID is 0.
    let first = try #require(made.parts.first?.bytes)
    let pids = stride(from: 0, to: first.readableBytes, by: 188).map { offset in
      Int(first.getInteger(at: offset + 1, as: UInt16.self) ?? 0xFFFF) & 0x1FFF
    }
    #expect(pids.contains(0))
  }

  @Test("a decoder can begin at every IDR: delimiter, parameter sets, SEI, slice")
  func keyframes() throws {
    let directory = try ScratchDirectory()
    let (stream, raw) = (directory.file("a.ts"), directory.file("a.h264"))
    let made = try make(seconds: 3)
    // Without the first group: what a late viewer gets.
    let second = try #require(made.parts.lastIndex { $0.packet.isKeyframe })
    try Data(made.parts[second...].flatMap { Array($0.bytes.readableBytesView) }).write(
      to: URL(fileURLWithPath: stream))
    try Tool.ffmpeg("-i", stream, "-map", "0:v", "-c", "copy", "-f", "h264", raw)
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: raw)).prefix(4000))
    let types = bytes.indices.dropLast(4).compactMap { index in
      bytes[index] == 0 && bytes[index + 1] == 0 && bytes[index + 2] == 1 ? Int(bytes[index + 3] & 0x1F) : nil
    }
    #expect(types.prefix(3) == [9, 7, 8])
    #expect(try #require(types.firstIndex(of: 5)) > 2)
  }

  @Test("a stream without tracks, or with parameter sets that are none, is refused")
  func refused() throws {
    #expect(throws: CodecError.self) {
      _ = try TransportStreamWriter(StreamDescription(video: nil, audio: nil, encoder: "test"))
    }
    let broken = StreamDescription.Video(
      decoderConfiguration: ByteBuffer(bytes: [1, 2, 3]), size: PictureSize(width: 640, height: 360),
      frameRate: .thirty, bitrate: .kilobits(800))
    #expect(throws: CodecError.self) {
      _ = try TransportStreamWriter(StreamDescription(video: broken, audio: nil, encoder: "test"))
    }
  }

  @Test("whatever an access unit's bytes are, writing it ends and stays inside them")
  func fuzz() throws {
    let encoder = try H264Encoder(encoding())
    var writer = try TransportStreamWriter(
      StreamDescription(video: encoder.description, audio: nil, encoder: "test"))
    var noise: UInt32 = 1
    for index in 0..<2000 {
      var payload = ByteBuffer()
      for _ in 0..<Int(noise >> 16) % 64 {
        noise = noise &* 1_664_525 &+ 1_013_904_223
        payload.writeInteger(UInt8(truncatingIfNeeded: noise >> (noise >> 31 == 0 ? 24 : 31)))
      }
      noise = noise &* 1_664_525 &+ 1_013_904_223
      let packet = EncodedPacket(
        kind: .video(isKeyframe: index % 7 == 0), presentationTime: MediaTime(milliseconds: Int64(index) * 33),
        captureTime: .zero, payload: payload)
      let bytes = try writer.write(packet)
      #expect(bytes.readableBytes % 188 == 0)
    }
  }
}
