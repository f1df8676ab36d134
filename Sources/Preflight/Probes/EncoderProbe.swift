internal import Capture
internal import Codec
internal import Media
internal import Packets
internal import Pipeline
internal import Settings

/// A second of encoded test pictures and test tone, to be sent again and again.
struct EncodedSecond: Sendable {
  let stream: StreamDescription
  /// In the order of their decode times, from zero; the first is a keyframe.
  let packets: [EncodedPacket]
}

/// Opens both encoders and sees how fast the picture's is.
enum EncoderProbe {
  /// Encoding ends after this time, wherever it is.
  private static let timeout = Duration.seconds(2)
  /// Less than this times real time leaves nothing for whatever else the machine does.
  static let enough = 1.5

  /// Blocks for a second or so.
  static func look(_ encoding: VideoEncoding, audioBitrate: Bitrate) -> Probed<EncodedSecond> {
    do {
      var encoder = try H264Encoder(encoding)
      var packets: [EncodedPacket] = []
      let speed = try encodeSecond(encoding, &encoder) { packets.append($0) }
      let audio = try encodeTone(audioBitrate) { packets.append($0) }
      packets.sort { $0.decodeTime < $1.decodeTime }
      let stream = StreamDescription(
        video: encoder.description, audio: audio, encoder: Production.encoderName)
      return Probed(
        judge(speed, encoding, name: encoder.name), EncodedSecond(stream: stream, packets: packets))
    } catch { return Probed(.fail(error)) }
  }

  /// What is to be said of an encoder that is so many times as fast as real time.
  static func judge(_ speed: Double, _ encoding: VideoEncoding, name: String) -> CheckFinding {
    let rounded = (speed * 10).rounded() / 10
    let what = "\(name): \(encoding.size) at \(encoding.frameRate) fps, \(rounded) times as fast as real time"
    let remedy = "choose a smaller `video`, a faster `video-preset`, or end what else runs on this machine"
    if speed < 1 { return .fail(what, remedy, .unavailable) }
    return speed < enough ? .warn(what, remedy) : .pass(what)
  }

  /// Encodes a second of the test pattern and tells how much faster than real time that went; drawing does not count.
  private static func encodeSecond(
    _ encoding: VideoEncoding, _ encoder: inout H264Encoder, _ emit: (EncodedPacket) -> Void
  ) throws -> Double {
    var pattern = TestPattern(size: encoding.size, frameRate: encoding.frameRate)
    var converter = try FrameConverter(from: pattern.format, to: encoding.size)
    let start = MediaTime.now()
    let wanted = Int64(encoding.frameRate.perSecond.rounded(.up))
    var busy = Duration.zero
    var done: Int64 = 0
    while done < wanted, MediaTime.now() - start < timeout {
      let time = encoding.frameRate.time(ofFrame: done)
      try pattern.withFrame(index: done, time: time) { pixels, _ in
        let begun = MediaTime.now()
        _ = try converter.withPicture(pixels) { picture in
          try encoder.encode(picture, frameIndex: done, captureTime: start + (time - .zero), emit)
        }
        busy += MediaTime.now() - begun
      }
      done += 1
    }
    let begun = MediaTime.now()
    try encoder.flush(emit)
    busy += MediaTime.now() - begun
    return (encoding.frameRate.time(ofFrame: done) - .zero).inSeconds / max(busy.inSeconds, 1e-6)
  }

  private static func encodeTone(
    _ bitrate: Bitrate, _ emit: (EncodedPacket) -> Void
  ) throws -> StreamDescription.Audio {
    var encoder = try AACEncoder(bitrate: bitrate)
    let tone = TestTone()
    var samples = [Float](repeating: 0, count: 2 * 48_000)
    var span = samples.mutableSpan
    tone.fill(&span, startingAt: 0)
    try encoder.encode(samples.span, startingAt: 0, captureTime: .now(), emit)
    return encoder.description
  }
}
