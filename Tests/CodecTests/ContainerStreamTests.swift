import Foundation
import Media
import NIOCore
import Packets
import Testing

@testable import Codec

@Suite("Containers are told by their first bytes")
struct StreamContainerTests {
  @Test(
    "EBML is Matroska or WebM, a box that begins a file is MP4, all else is neither",
    arguments: [
      ("1a45dfa3 01000000", StreamContainer.matroska), ("1a45dfa3", .matroska), ("00000020 66747970", .mp4),
      ("00000018 73747970", .mp4), ("ffffffff 66747970 00", .mp4), ("00000020 667479", nil), ("1a45df", nil), ("", nil),
      ("464c5601 05000000", nil), ("00000020 6d6f6f76", nil), ("66747970 00000020", nil), ("52494646 00000000", nil),
    ])
  func recognition(hex: String, container: StreamContainer?) {
    let digits = hex.filter { $0 != " " }.compactMap(\.hexDigitValue)
    let bytes = stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    #expect(StreamContainer(recognizing: bytes) == container)
  }
}

@Suite("Streams of browsers")
struct ContainerStreamTests {
  private static let frame = Duration.nanoseconds(MediaTime(ticks: 1024, per: 48_000).nanoseconds)

  /// What is true of every stream that was taken.
  private func expectSound(_ run: ForeignRun, at location: SourceLocation = #_sourceLocation) throws {
    #expect(run.failure == nil, sourceLocation: location)
    #expect(run.tracks.count == 1, sourceLocation: location)
    let (video, audio) = (run.video, run.audio)
    #expect(video.first?.isKeyframe == true, "it begins with an IDR", sourceLocation: location)
    for track in [video, audio] {
      for (before, after) in zip(track, track.dropFirst()) where after.decodeTime <= before.decodeTime {
        Issue.record("\(after.decodeTime) after \(before.decodeTime)", sourceLocation: location)
      }
      #expect(track.allSatisfy { $0.presentationTime >= $0.decodeTime }, sourceLocation: location)
    }
    let (firstPicture, lastPicture) = (try #require(video.first).decodeTime, try #require(video.last).decodeTime)
    let (firstSound, lastSound) = (try #require(audio.first).decodeTime, try #require(audio.last).decodeTime)
    #expect(abs((firstSound - firstPicture).inSeconds) < 0.1, "sound begins with the picture", sourceLocation: location)
    #expect((lastPicture - lastSound).inSeconds < 0.85, "and lasts as long", sourceLocation: location)
    for (before, after) in zip(audio, audio.dropFirst()) {
      // Containers stamp whole milliseconds.
      let step = after.decodeTime - before.decodeTime
      if abs((step - Self.frame).inMilliseconds) > 1 { Issue.record("a step of \(step)", sourceLocation: location) }
    }
  }

  /// What is true of encoded sound beyond that: one frame each 1024 samples, to the nanosecond.
  private func expectExactFrames(_ packets: [EncodedPacket], at location: SourceLocation = #_sourceLocation) {
    for (before, after) in zip(packets, packets.dropFirst()) {
      let step = (after.decodeTime - before.decodeTime) - Self.frame
      if abs(step.wholeNanoseconds) > 1 { Issue.record("\(step) too much", sourceLocation: location) }
    }
  }

  /// What is true of pictures that were encoded anew: thirty a second and an IDR each two.
  private func expectConstantRate(_ packets: [EncodedPacket], at location: SourceLocation = #_sourceLocation) {
    for (index, packet) in packets.enumerated() {
      let expected = FrameRate.thirty.time(ofFrame: FrameRate.thirty.frame(at: packets[0].decodeTime) + Int64(index))
      if packet.decodeTime != expected {
        Issue.record("\(packet.decodeTime), not \(expected)", sourceLocation: location)
      }
      if packet.isKeyframe != index.isMultiple(of: 60) {
        Issue.record("picture \(index) is \(packet.isKeyframe ? "" : "no ")IDR", sourceLocation: location)
      }
    }
  }

  /// A stream, and what of it is copied.
  private struct Kind {
    var name: String
    var arguments: [String]
    var isPictureCopied: Bool
    var isSoundCopied: Bool
  }

  private static let kinds = [
    Kind(
      name: "H.264 and AAC, fragmented MP4", arguments: Clip.h264 + Clip.aac + Clip.mp4, isPictureCopied: true,
      isSoundCopied: true),
    Kind(
      name: "H.264 and Opus, fragmented MP4", arguments: Clip.h264 + Clip.opus + Clip.mp4, isPictureCopied: true,
      isSoundCopied: false),
    Kind(
      name: "H.264 and Opus, Matroska", arguments: Clip.h264 + Clip.opus + Clip.matroska, isPictureCopied: true,
      isSoundCopied: false),
    Kind(
      name: "H.264 and AAC, Matroska", arguments: Clip.h264 + Clip.aac + Clip.matroska, isPictureCopied: true,
      isSoundCopied: true),
    Kind(
      name: "VP8 and Opus, WebM", arguments: Clip.vp8 + Clip.opus + Clip.webM, isPictureCopied: false,
      isSoundCopied: false),
    Kind(
      name: "VP9 and Opus, WebM", arguments: Clip.vp9 + Clip.opus + Clip.webM, isPictureCopied: false,
      isSoundCopied: false),
    Kind(
      name: "VP9 and Opus, fragmented MP4", arguments: Clip.vp9 + Clip.opus + Clip.mp4, isPictureCopied: false,
      isSoundCopied: false),
    Kind(
      name: "H.264 and AAC of 22.05 kHz, MP4", arguments: Clip.h264 + Clip.aac + ["-ar", "22050"] + Clip.mp4,
      isPictureCopied: true,
      isSoundCopied: false),
  ]

  @Test("what IVS takes is copied, all else is encoded anew", arguments: kinds.indices)
  func taken(index: Int) throws {
    let (directory, kind) = (try ScratchDirectory(), Self.kinds[index])
    let bytes = try Clip.make(Clip.picture + Clip.tone + kind.arguments)
    let run = ForeignRun(bytes)
    try expectSound(run)
    let (description, isTranscoded) = try #require(run.tracks.first)
    #expect(isTranscoded == !kind.isPictureCopied)
    #expect(description.video?.size == PictureSize(width: 320, height: 180))
    #expect(description.audio?.sampleRate == 48_000)
    #expect(try run.decodedPictures(directory) == run.video.count)
    #expect((115...121).contains(run.video.count), "\(run.video.count) pictures of 120")
    if !kind.isPictureCopied { expectConstantRate(run.video) }
    if !kind.isSoundCopied { expectExactFrames(run.audio) }
    if kind.isPictureCopied {
      #expect(run.video.count == 120 && run.video.filter(\.isKeyframe).count == 2)
    }
    guard kind.isPictureCopied, kind.isSoundCopied else { return }
    let path = directory.file("a")
    try Data(bytes.readableBytesView).write(to: URL(fileURLWithPath: path))
    // What the AAC encoder put before the first picture is not heard.
    let start = try #require(try Tool.probe(path, "-show_packets", "-select_streams", "v").first?["pts_time"])
    let packets = try Tool.probe(path, "-show_packets", "-select_streams", "a").filter { packet in
      (packet["pts_time"].flatMap(Double.init) ?? 0) >= (Double(start) ?? 0)
    }
    #expect(run.audio.map { "\($0.payload.readableBytes)" } == packets.compactMap { $0["size"] })
  }

  @Test("pieces of any size come to the same", arguments: [1, 7, 1021, 65_536])
  func pieces(size: Int) throws {
    let bytes = try Clip.make(
      ["-f", "lavfi", "-i", "testsrc2=s=160x120:r=30:d=1"] + Clip.tone + ["-t", "1"] + Clip.h264 + Clip.aac + Clip.mp4)
    let (whole, cut) = (ForeignRun(bytes, cutInto: .max), ForeignRun(bytes, cutInto: size))
    #expect(whole.video.count == 30)
    #expect(cut.failure == nil)
    #expect(cut.tracks.map(\.description) == whole.tracks.map(\.description))
    #expect(cut.packets.map(\.payload) == whole.packets.map(\.payload))
    #expect(cut.packets.map(\.decodeTime) == whole.packets.map(\.decodeTime))
  }

  @Test("H.264 in Annex B without a word about it in the header is what Chromium writes")
  func annexB() throws {
    let directory = try ScratchDirectory()
    let raw = Array(
      try Clip.make(Clip.picture + Clip.h264 + ["-bsf:v", "h264_metadata=aud=insert", "-f", "h264"]).readableBytesView)
    // Each access unit begins with a delimiter.
    let starts = raw.indices.dropLast(4).filter { raw[$0...$0 + 4].elementsEqual([0, 0, 0, 1, 9]) }
    var writer = MatroskaWriter()
    for (index, start) in starts.enumerated() {
      let end = index + 1 < starts.count ? starts[index + 1] : raw.count
      writer.add(Array(raw[start..<end]), at: UInt32(index) * 100 / 3, isKeyframe: index.isMultiple(of: 60))
    }
    let run = ForeignRun(writer.bytes)
    try expectSound(run)
    #expect(run.tracks.first?.isTranscoded == false)
    #expect(run.video.count == 120)
    #expect(run.video.map(\.isKeyframe) == (0..<120).map { $0.isMultiple(of: 60) })
    #expect(try run.decodedPictures(directory) == 120)
    expectExactFrames(run.audio)
    // It may begin anywhere: what cannot be decoded is left out.
    var late = MatroskaWriter()
    for index in 40..<starts.count {
      let end = index + 1 < starts.count ? starts[index + 1] : raw.count
      late.add(Array(raw[starts[index]..<end]), at: UInt32(index) * 100 / 3, isKeyframe: index.isMultiple(of: 60))
    }
    let rest = ForeignRun(late.bytes)
    #expect(rest.video.count == 60 && rest.video.first?.isKeyframe == true)
    #expect(try rest.decodedPictures(directory) == 60)
  }

  @Test("without sound there is silence, one frame each 1024/48000 s")
  func noSound() throws {
    for arguments in [Clip.h264 + Clip.matroska, Clip.vp8 + Clip.webM] {
      let run = ForeignRun(try Clip.make(Clip.picture + arguments))
      try expectSound(run)
      expectExactFrames(run.audio)
      #expect(run.audio.allSatisfy { $0.payload.readableBytes < 100 })
    }
  }

  @Test("sound that begins 3 s late has silence in front of it, and is where it was")
  func lateSound() throws {
    let bytes = try Clip.make(
      ["-f", "lavfi", "-i", "testsrc2=s=320x180:r=30:d=6", "-itsoffset", "3"] + Clip.tone + ["-t", "6"] + Clip.h264
        + Clip.opus + Clip.matroska)
    let run = ForeignRun(bytes)
    try expectSound(run)
    expectExactFrames(run.audio)
    let start = try #require(run.video.first).decodeTime
    let loud = try #require(run.audio.first { $0.payload.readableBytes > 150 })
    #expect(abs((loud.decodeTime - start).inSeconds - 3) < 0.06, "\(loud.decodeTime)")
  }

  @Test("sound that ends early goes on as silence")
  func soundEnds() throws {
    let bytes = try Clip.make(
      Clip.picture + ["-f", "lavfi", "-i", "sine=r=48000:d=1"] + Clip.h264 + Clip.opus + Clip.matroska)
    let run = ForeignRun(bytes)
    try expectSound(run)
    expectExactFrames(run.audio)
  }

  @Test("a picture that comes when it likes comes thirty times a second then")
  func variableRate() throws {
    let directory = try ScratchDirectory()
    let bytes = try Clip.make(
      ["-f", "lavfi", "-i", "testsrc2=s=320x180:r=60:d=4,select=lt(mod(n\\,60)\\,20)+not(mod(n\\,7))"] + Clip.tone
        + ["-fps_mode", "vfr"] + Clip.vp8 + Clip.opus + Clip.webM)
    let run = ForeignRun(bytes)
    try expectSound(run)
    expectConstantRate(run.video)
    expectExactFrames(run.audio)
    #expect((113...121).contains(run.video.count), "\(run.video.count) pictures")
    #expect(try run.decodedPictures(directory) == run.video.count)
  }

  @Test("pictures that IVS does not take in their size are made smaller, in their shape")
  func sizes() throws {
    for (size, wanted) in [
      (PictureSize(width: 2560, height: 1440), PictureSize(width: 1920, height: 1080)),
      (PictureSize(width: 1440, height: 2560), PictureSize(width: 1080, height: 1920)),
      (PictureSize(width: 641, height: 361), PictureSize(width: 642, height: 362)),
      (PictureSize(width: 2, height: 2), PictureSize(width: 128, height: 128)),
      (PictureSize(width: 0, height: 9), PictureSize(width: 1280, height: 720)),
    ] { #expect(TranscodedVideo.size(fitting: size) == wanted) }
    var random = SystemRandomNumberGenerator()
    for _ in 0..<2000 {
      let size = TranscodedVideo.size(
        fitting: PictureSize(
          width: Int.random(in: 1...9000, using: &random), height: Int.random(in: 1...9000, using: &random)))
      #expect((128...1920).contains(size.width) && (128...1920).contains(size.height), "\(size)")
      #expect(size.width.isMultiple(of: 2) && size.height.isMultiple(of: 2))
    }
  }
}
