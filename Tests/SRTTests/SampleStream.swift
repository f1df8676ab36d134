import Codec
import Media
import NIOCore
import Packets

/// A picture that moves and silence, encoded as the broadcaster does it.
struct SampleStream: Sendable {
  let description: StreamDescription
  let packets: [EncodedPacket]

  init(seconds: Int = 3) throws {
    let encoding = VideoEncoding(
      size: PictureSize(width: 320, height: 180), frameRate: .thirty, bitrate: .kilobits(400), encoder: .libx264)
    var video = try H264Encoder(encoding)
    var audio = try AACEncoder()
    var made: [EncodedPacket] = []
    var picture = try Picture(size: encoding.size)
    let silence = [Float](repeating: 0, count: 3200)
    for frame in 0..<seconds * 30 {
      _ = try picture.withMutablePlane(0) { bytes, _ in
        unsafe bytes.withUnsafeMutableBytes { target in
          for index in target.indices { unsafe target[index] = UInt8(16 + (index / 3 + frame * 5) % 200) }
        }
      }
      try video.encode(picture, frameIndex: Int64(frame), captureTime: .now()) { made.append($0) }
      try audio.encode(silence.span, startingAt: Int64(frame) * 1600, captureTime: .now()) { made.append($0) }
    }
    description = StreamDescription(video: video.description, audio: audio.description, encoder: "test")
    packets = made
  }

  /// How many of the packets are pictures.
  var frames: Int { packets.count { $0.isVideo } }
}
