import Media
import NIOCore
import Packets
import Testing

@testable import Codec

@Suite("Frames that the encoder holds back")
struct LatencyTests {
  private func settings(_ latency: EncodingLatency) -> VideoEncoding {
    var settings = encoding(320, 180)
    settings.latency = latency
    return settings
  }

  @Test("low gives each picture at once in Main profile, normal is ten frames behind in High profile")
  func delay() throws {
    for (latency, held, profile) in [(EncodingLatency.low, 0, 77), (.normal, 10, 100)] {
      let settings = settings(latency)
      var encoder = try H264Encoder(settings)
      var packets: [EncodedPacket] = []
      try encodeMovingPicture(settings, frames: 0..<40, with: &encoder) { packets.append($0) }
      #expect(packets.count == 40 - held && encoder.framesHeld == held)
      #expect(settings.encoderDelay == settings.frameRate.interval * held)
      try encoder.flush { packets.append($0) }
      #expect(packets.map(\.presentationTime) == (0..<40).map { FrameRate.thirty.time(ofFrame: Int64($0)) })
      #expect(packets.map(\.decodeTime) == packets.map(\.presentationTime), "no picture is decoded out of its order")
      let configuration = try #require(AVCDecoderConfiguration(parsing: encoder.description.decoderConfiguration))
      #expect(Int(configuration.profile) == profile)
    }
  }

  @Test("an IDR asked for with every frame until it comes is one IDR")
  func oneKeyframe() throws {
    let settings = settings(.normal)
    var encoder = try H264Encoder(settings)
    var picture = try Picture(size: settings.size)
    var keyframes: [Int64] = []
    for frame in 0..<60 {
      try drawMovingPicture(&picture, frame: frame)
      let isAsked = frame >= 20 && !keyframes.contains { $0 >= 20 }
      try encoder.encode(picture, frameIndex: Int64(frame), captureTime: .zero, forceKeyframe: isAsked) { packet in
        if packet.isKeyframe { keyframes.append(Int64((packet.presentationTime.seconds * 30).rounded())) }
      }
    }
    #expect(keyframes == [0, 20])
  }

  @Test("after a pause nothing comes of the time before it, and the first picture is an IDR")
  func pause() throws {
    let settings = settings(.normal)
    var encoder = try H264Encoder(settings)
    try encodeMovingPicture(settings, frames: 0..<25, with: &encoder) { _ in }
    encoder.discardHeld()
    var packets: [EncodedPacket] = []
    try encodeMovingPicture(settings, frames: 300..<330, with: &encoder) { packets.append($0) }
    try encoder.flush { packets.append($0) }
    #expect(packets.map(\.presentationTime) == (300..<330).map { FrameRate.thirty.time(ofFrame: $0) })
    #expect(packets.first?.isKeyframe == true && packets.filter(\.isKeyframe).count == 1)
  }

  @Test("the bitrate is kept in normal latency, through a change too")
  func rate() throws {
    let settings = settings(.normal)
    var encoder = try H264Encoder(settings)
    var bits = [Int](repeating: 0, count: 10)
    func count(_ packet: EncodedPacket) {
      bits[Int(packet.presentationTime.seconds)] += packet.payload.readableBytes * 8
    }
    try encodeMovingPicture(settings, frames: 0..<120, with: &encoder, count)
    try encoder.setBitrate(.kilobits(400), count)
    try encodeMovingPicture(settings, frames: 120..<300, with: &encoder, count)
    try encoder.flush(count)
    #expect(abs(bits[2...3].reduce(0, +) / 2 - 800_000) < 60_000, "\(bits)")
    for second in [6, 8] {
      #expect(abs(bits[second...(second + 1)].reduce(0, +) / 2 - 400_000) < 20_000, "\(bits)")
    }
  }

  @Test(
    "the preset where none was chosen is the best that needs no more than half of the machine",
    arguments: [
      (1280, 720, 30, 1, true, "veryfast"), (1280, 720, 60, 1, true, "superfast"),
      (1920, 1080, 60, 2, true, "superfast"),
      (1920, 1080, 60, 4, true, "veryfast"), (1280, 720, 30, 4, false, "superfast"),
      (640, 360, 30, 4, false, "veryfast"),
    ])
  func preset(width: Int, height: Int, rate: Int32, cores: Int, isPC: Bool, preset: String) throws {
    let size = PictureSize(width: width, height: height)
    #expect(VideoEncoding.preset(for: size, at: try #require(FrameRate(rate)), cores: cores, isPC: isPC) == preset)
  }
}
