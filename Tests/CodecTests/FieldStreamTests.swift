import Foundation
import Media
import NIOCore
import Packets
import Testing

import enum TestSupport.FieldCase

@testable import Codec

@Suite("Recordings from the field")
struct FieldStreamTests {
  private func run(_ name: String) throws -> ForeignRun {
    ForeignRun(ByteBuffer(bytes: try Data(contentsOf: URL(fileURLWithPath: FieldCase.browser(name)))))
  }

  /// The longest and the shortest step from one picture to the next, in milliseconds.
  private func steps(_ packets: [EncodedPacket]) -> ClosedRange<Double> {
    let times = packets.map(\.presentationTime).sorted()
    let steps = zip(times, times.dropFirst()).map { ($1 - $0).inMilliseconds }
    return (steps.min() ?? 0)...(steps.max() ?? 0)
  }

  @Test("B-frames are copied with the times at which they are shown", arguments: ["bf1-none.mp4", "bf3-none.mp4"])
  func bidirectional(name: String) throws {
    let run = try run(name)
    #expect(run.failure == nil && run.tracks.map(\.isTranscoded) == [false])
    #expect(run.video.contains { $0.presentationTime > $0.decodeTime })
    #expect(run.video.allSatisfy { $0.presentationTime >= $0.decodeTime })
    for (before, after) in zip(run.video, run.video.dropFirst()) { #expect(after.decodeTime > before.decodeTime) }
    let steps = steps(run.video)
    #expect(steps.lowerBound > 39 && steps.upperBound < 41, "\(steps)")
    #expect(try run.decodedPictures(ScratchDirectory()) == run.video.count)
  }

  @Test("each size has its parameter sets in front of it, and is told as it is")
  func sizeChange() throws {
    let run = try run("h264-sizechange.mkv")
    #expect(run.failure == nil && run.tracks.count >= 2)
    let sizes = run.tracks.compactMap(\.description.video?.size)
    #expect(zip(sizes, sizes.dropFirst()).allSatisfy { $0 != $1 }, "\(sizes)")
    for track in run.tracks {
      let record = try #require(track.description.video).decoderConfiguration
      let sets = try #require(AVCDecoderConfiguration(parsing: record))
      #expect(SequenceParameterSet(sets.sequenceParameterSets[0])?.size == track.description.video?.size)
    }
  }

  @Test("a picture that comes 2 s after its sound is there from the beginning, thirty times a second")
  func latePicture() throws {
    let run = try run("latevideo.webm")
    #expect(run.failure == nil && run.tracks.map(\.isTranscoded) == [true])
    let steps = steps(run.video)
    #expect(steps.lowerBound > 33 && steps.upperBound < 34, "\(steps)")
    let (picture, sound) = (try #require(run.video.first), try #require(run.audio.first))
    #expect(abs((picture.decodeTime - sound.decodeTime).inSeconds) < 0.05)
  }

  @Test("HEVC is encoded anew")
  func hevc() throws {
    let run = try run("hevc.mp4")
    #expect(run.failure == nil && run.tracks.map(\.isTranscoded) == [true] && run.video.count > 60)
  }
}

@Suite("Pictures as they are shown")
struct ForeignShapeTests {
  private static let short = ["-t", "1"]
  private static let hevc = [
    "-c:v", "libx265", "-preset", "ultrafast", "-tag:v", "hvc1", "-pix_fmt", "yuv420p", "-x265-params",
    "log-level=none:bframes=3",
  ]

  @Test("what is encoded anew stands upright, with square pixels, B-frames or not")
  func encoded() throws {
    let turned = ForeignRun(try Clip.lying(Clip.picture + Self.short + Self.hevc))
    #expect(
      turned.failure == nil && turned.tracks.first?.description.video?.size == PictureSize(width: 180, height: 320))
    #expect(turned.remarks.isEmpty && turned.video.count >= 29)
    let wide = ForeignRun(
      try Clip.make(
        ["-f", "lavfi", "-i", "testsrc2=s=240x180:r=30:d=1,setsar=4/3"] + Clip.vp9 + Clip.webM))
    #expect(wide.tracks.first?.description.video?.size == PictureSize(width: 320, height: 180))
  }

  @Test("what is copied lying, or with fields, is told so")
  func copied() throws {
    let turned = ForeignRun(try Clip.lying(Clip.picture + Self.short + Clip.h264))
    #expect(turned.failure == nil && turned.remarks == [.turned(degrees: 270)])
    let fields = ForeignRun(
      try Clip.make(
        Clip.picture + Self.short + Clip.h264 + ["-flags", "+ilme+ildct", "-x264opts", "tff=1"] + Clip.matroska))
    #expect(fields.remarks == [.interlaced])
    #expect(ForeignRun(try Clip.make(Clip.picture + Self.short + Clip.h264 + Clip.mp4)).remarks.isEmpty)
  }

  @Test("a picture that stands still is repeated while its sound goes on")
  func still() throws {
    let run = ForeignRun(
      try Clip.make(
        ["-f", "lavfi", "-i", "testsrc2=s=320x180:r=30:d=6,select='lt(t\\,1)+gt(t\\,5)'"] + [
          "-f", "lavfi", "-i", "sine=r=48000:d=6",
        ]
          + ["-fps_mode", "vfr"] + Clip.vp8 + Clip.opus + Clip.webM))
    let times = run.video.map(\.decodeTime)
    #expect(zip(times, times.dropFirst()).allSatisfy { ($1 - $0).inMilliseconds < 34 })
    #expect(run.video.count > 170)
  }

  @Test("a file whose header comes first is taken, one whose header comes last says so at once")
  func files() throws {
    let folder = try ScratchDirectory()
    for (flags, isTaken) in [(["-movflags", "+faststart"], true), ([], false)] as [([String], Bool)] {
      let path = folder.file("\(isTaken).mp4")
      try Tool.ffmpeg(
        arguments: Clip.picture + Clip.tone + Clip.h264 + Clip.aac + ["-bf", "2"] + flags + ["-f", "mp4", path])
      let run = ForeignRun(ByteBuffer(bytes: try Data(contentsOf: URL(fileURLWithPath: path))))
      if isTaken {
        #expect(run.failure == nil && run.video.count == 120 && run.audio.count > 180)
        #expect(run.tracks.first?.description.video?.frameRate == .thirty)
      } else {
        guard case .broken(.mp4, let reason) = run.failure else {
          Issue.record("\(String(describing: run.failure))")
          continue
        }
        #expect(reason.contains("header comes last") && run.tracks.isEmpty)
      }
    }
  }
}
