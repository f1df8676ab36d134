import Foundation
import Media
import NIOCore
import Packets
import TestSupport

@testable import RTMP

/// FLV streams, and what a reader makes of them.
enum FLVSample {
  /// What ffmpeg writes: three seconds of H.264 with B-frames and AAC.
  static func made(by arguments: [String] = ["-bf", "2"]) async throws -> (bytes: ByteBuffer, probe: MediaProbe) {
    let folder = try TemporaryDirectory()
    let file = folder.file("a.flv")
    try await Tool.run(
      "ffmpeg",
      [
        "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=160x120:r=30:d=3", "-f", "lavfi", "-i", "sine=r=48000:d=3",
        "-c:v", "libx264", "-preset", "ultrafast", "-g", "30", "-pix_fmt", "yuv420p", "-c:a", "aac",
      ] + arguments + [file.path])
    return (ByteBuffer(bytes: try Data(contentsOf: file)), try await MediaProbe(file))
  }

  /// What `writer`'s stream is as a file.
  static func file(_ stream: StreamDescription, _ packets: [EncodedPacket]) -> ByteBuffer {
    let writer = FLVStreamWriter(stream)
    var bytes = writer.opening(at: packets.first?.decodeTime ?? .zero)
    for packet in packets { writer.write(packet, into: &bytes) }
    return bytes
  }

  /// All that a reader gives for bytes that come in pieces of `size`.
  static func outputs(
    of bytes: ByteBuffer, cutInto size: Int = .max, tagLimit: Int = 4 << 20
  ) throws -> [FLVStreamReader.Output] {
    var reader = FLVStreamReader(tagLimit: tagLimit)
    var (rest, outputs) = (bytes, [FLVStreamReader.Output]())
    while rest.readableBytes > 0, let piece = rest.readSlice(length: min(size, rest.readableBytes)) {
      reader.append(piece)
      while let output = try reader.next(at: .zero) { outputs.append(output) }
    }
    return outputs
  }

  static func packets(in outputs: [FLVStreamReader.Output]) -> [EncodedPacket] {
    outputs.compactMap { output in if case .packet(let packet) = output { packet } else { nil } }
  }

  /// One tag, whatever is in it.
  static func tag(_ type: UInt8, at milliseconds: UInt32 = 0, _ payload: ByteBuffer) -> ByteBuffer {
    var bytes = ByteBuffer()
    bytes.writeInteger(UInt32(type) << 24 | UInt32(payload.readableBytes))
    bytes.writeInteger(milliseconds << 8 | milliseconds >> 24)
    bytes.writeBytes([0, 0, 0])
    bytes.writeImmutableBuffer(payload)
    bytes.writeInteger(UInt32(payload.readableBytes + 11))
    return bytes
  }

  /// The header of a file with both tracks.
  static let header = ByteBuffer(hex: "464c5601 05 00000009 00000000")
  /// libx264's, 854x480 High.
  static let otherPicture = ByteBuffer(
    hex: "17 00 000000 0164001fffe1001a6764001facd940d83de6f0110000030001000003003c0f18319601000468ef8fcbfdf8f800")
}

extension ByteBuffer {
  static func + (left: ByteBuffer, right: ByteBuffer) -> ByteBuffer {
    var sum = left
    sum.writeImmutableBuffer(right)
    return sum
  }

  /// Where its readable bytes lie.
  var place: Range<UInt> {
    unsafe withUnsafeReadableBytes { bytes in
      let start = UInt(bitPattern: bytes.baseAddress)
      return start..<start + UInt(bytes.count)
    }
  }
}
