import Codec
import Foundation
import Media
import Packets

/// `PictureBench FILM.yuv WxH KILOBITS PRESET LATENCY OUT.mkv`: encodes raw I420 at 30 frames a second as a broadcast
/// does, and prints the CPU seconds of the process's user time that the encoder took.
@main
enum PictureBench {
  static func main() throws {
    let arguments = CommandLine.arguments
    let edges = arguments.count == 7 ? arguments[2].split(separator: "x").compactMap { Int($0) } : []
    guard edges.count == 2, let kilobits = Int(arguments[3]), let latency = EncodingLatency(rawValue: arguments[5])
    else {
      FileHandle.standardError.write(Data("usage: PictureBench FILM.yuv WxH KILOBITS PRESET normal|low OUT.mkv\n".utf8))
      exit(64)
    }
    let encoding = VideoEncoding(
      size: PictureSize(width: edges[0], height: edges[1]), frameRate: .thirty, bitrate: .kilobits(kilobits),
      preset: arguments[4], latency: latency, encoder: .libx264, threads: 1)
    var encoder = try H264Encoder(encoding)
    var writer = try StreamWriter(
      .matroska(path: arguments[6]), StreamDescription(video: encoder.description, audio: nil, encoder: "bench"))
    guard let film = FileHandle(forReadingAtPath: arguments[1]) else { throw CocoaError(.fileReadNoSuchFile) }
    var picture = try Picture(size: encoding.size)
    var packets: [EncodedPacket] = []
    var (frame, cost) = (Int64(0), 0.0)
    while let bytes = try film.read(upToCount: encoding.size.pixels * 3 / 2),
      bytes.count == encoding.size.pixels * 3 / 2
    {
      try fill(&picture, with: bytes)
      let begun = userSeconds()
      try encoder.encode(picture, frameIndex: frame, captureTime: .zero) { packets.append($0) }
      cost += userSeconds() - begun
      frame += 1
    }
    let begun = userSeconds()
    try encoder.flush { packets.append($0) }
    cost += userSeconds() - begun
    for packet in packets { try writer.write(packet) }
    try writer.finish()
    print(cost)
  }

  private static func fill(_ picture: inout Picture, with bytes: Data) throws {
    var start = 0
    for plane in 0..<3 {
      let (width, height) = (picture.size.width >> min(plane, 1), picture.size.height >> min(plane, 1))
      _ = try picture.withMutablePlane(plane) { target, bytesPerLine in
        unsafe target.withUnsafeMutableBytes { target in
          unsafe bytes.withUnsafeBytes { source in
            for row in 0..<height {
              let from = start + row * width
              unsafe UnsafeMutableRawBufferPointer(rebasing: target[row * bytesPerLine..<row * bytesPerLine + width])
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: source[from..<from + width]))
            }
          }
        }
      }
      start += width * height
    }
  }

  private static func userSeconds() -> Double {
    var usage = rusage()
    unsafe getrusage(RUSAGE_SELF.rawValue, &usage)
    return Double(usage.ru_utime.tv_sec) + Double(usage.ru_utime.tv_usec) / 1e6
  }
}
