import Foundation
import Media
import TestSupport
import Testing

@testable import Codec

@Suite("Films from the field: what the readers make of them")
struct FilmReaderTests {
  /// What has to come of a film: how long it is, how many pictures it has and the longest time between two.
  struct Right: Sendable, CustomTestStringConvertible {
    var film: String
    var length: Double
    var pictures: ClosedRange<Int>
    var longestGap: Double

    var testDescription: String { film }
  }

  static let right = [
    Right(film: "base.mp4", length: 4, pictures: 100...100, longestGap: 0.041),
    Right(film: "rot90.mp4", length: 4, pictures: 100...100, longestGap: 0.041),
    Right(film: "vfr.mp4", length: 6, pictures: 130...130, longestGap: 2.1),
    Right(film: "lateaudio.mp4", length: 6, pictures: 100...100, longestGap: 0.041),
    Right(film: "truncated-faststart.mp4", length: 2.5, pictures: 55...65, longestGap: 0.13),
    Right(film: "ts-sizechange.ts", length: 8.04, pictures: 140...160, longestGap: 2.1),
    Right(film: "ts-jump-forward.ts", length: 3.37, pictures: 80...84, longestGap: 0.13),
    Right(film: "rpicam.h264", length: 4, pictures: 100...100, longestGap: 0.041),
    Right(film: "mkv-start3600.mkv", length: 4, pictures: 100...100, longestGap: 0.041),
    Right(film: "flv-duration-86400.flv", length: 4, pictures: 100...100, longestGap: 0.042),
    Right(film: "oneframe.flv", length: 0.1, pictures: 1...1, longestGap: 0),
    Right(film: "exif-rot6.jpg", length: 0.1, pictures: 1...1, longestGap: 0),
  ]

  @Test(
    "each film is as long as what was delivered, in each loop, without a hole of its container's making",
    arguments: right)
  func lengths(_ right: Right) throws {
    var first: [MediaTime]?
    for _ in 0..<2 {
      var reader = try VideoFileReader(FieldCase.film(right.film))
      var times: [MediaTime] = []
      while let picture = try reader.next() { times.append(picture.time) }
      #expect(right.pictures.contains(times.count), "\(times.count) pictures")
      #expect(abs(reader.length.inSeconds - right.length) < 0.06, "\(reader.length)")
      let gap = zip(times.dropFirst(), times).map { ($0 - $1).inSeconds }.max() ?? 0
      #expect(gap <= right.longestGap, "\(gap) s between two pictures")
      #expect(times.first.map { $0.seconds < 0.15 } ?? false, "begins at \(times.first?.seconds ?? -1) s")
      #expect(times == (first ?? times))
      first = times
      #expect(reader.brokenPackets <= 2)
    }
  }

  @Test(
    "picture and sound of a film find the same length, to the nanosecond",
    arguments: [
      "base.mp4", "lateaudio.mp4", "truncated-faststart.mp4", "ts-sizechange.ts", "ts-jump-forward.ts",
      "mkv-start3600.mkv", "flv-duration-86400.flv",
    ])
  func sameLength(_ film: String) throws {
    var video = try VideoFileReader(FieldCase.film(film))
    var audio = try AudioFileReader(FieldCase.film(film))
    while try video.next() != nil {}
    var end = MediaTime.zero
    while let time = try audio.withNextBlock({ samples, time in
      time + .nanoseconds(samples.count / 2 * 1_000_000_000 / 48_000)
    }) {
      end = time
    }
    #expect(video.length == audio.length)
    #expect((end - .zero) - audio.length < .milliseconds(60))
  }

  @Test("only films of one picture and nothing else are stills")
  func stills() throws {
    for (film, isStill) in [("oneframe.flv", true), ("exif-rot6.jpg", true), ("base.mp4", false)] {
      var reader = try VideoFileReader(FieldCase.film(film))
      while try reader.next() != nil {}
      #expect(reader.isStill == isStill, "\(film)")
    }
  }

  @Test("the sound of a film goes on through a jump of its clock, and begins as late as the film says")
  func sound() throws {
    for (film, start, longest) in [("ts-jump-forward.ts", 0.0, 0.2), ("lateaudio.mp4", 2.0, 0.01)] {
      var reader = try AudioFileReader(FieldCase.film(film))
      var (next, first, gap): (Int64?, Double?, Int64) = (nil, nil, 0)
      while let block = try reader.withNextBlock({ samples, time in (time.ticks(per: 48_000), Int64(samples.count / 2))
      }) {
        if let next { gap = max(gap, block.0 - next) }
        if first == nil { first = Double(block.0) / 48_000 }
        next = block.0 + block.1
      }
      #expect(abs(try #require(first) - start) < 0.05, "\(film)")
      #expect(Double(gap) / 48_000 <= longest, "\(film): a gap of \(gap) sample frames")
    }
  }

  @Test(
    "a cover is no film: the moving picture is taken, wherever it stands; where there is no other, the cover is shown")
  func covers() throws {
    let directory = try ScratchDirectory()
    let (cover, film, song) = (directory.file("cover.png"), directory.file("film.mp4"), directory.file("song.m4a"))
    try Tool.ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x64:d=0.04", "-frames:v", "1", cover)
    try Tool.ffmpeg(
      "-i", cover, "-i", FieldCase.film("base.mp4"), "-map", "0:v", "-map", "1:v", "-map", "1:a", "-c:v:0", "png",
      "-c:v:1", "copy", "-c:a", "copy", "-disposition:v:0", "attached_pic", film)
    try Tool.ffmpeg(
      "-i", cover, "-i", FieldCase.film("base.mp4"), "-map", "0:v", "-map", "1:a", "-c", "copy", "-disposition:v:0",
      "attached_pic", song)
    for (path, count) in [(film, 100), (song, 1)] {
      var reader = try VideoFileReader(path)
      var pictures = 0
      while try reader.next() != nil { pictures += 1 }
      #expect(pictures == count)
      #expect(abs(reader.length.inSeconds - 4) < 0.06, "\(reader.length)")
      #expect(reader.isStill == false)
    }
  }

  @Test("a file that lists others opens none of them")
  func playlists() throws {
    let directory = try ScratchDirectory()
    let film = FieldCase.film("base.mp4")
    let lists = [
      ("a.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n"),
      ("b.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n\(film)\n#EXT-X-ENDLIST\n"),
      ("c.ffconcat", "ffconcat version 1.0\nfile '\(film)'\n"),
      (
        "d.sdp",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 9 RTP/AVP 96\na=rtpmap:96 H264/90000\n"
      ),
    ]
    for (name, text) in lists {
      let path = directory.file(name)
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      let error = #expect(throws: CodecError.self) { _ = try VideoFileReader(path) }
      #expect(error?.description.contains("it is a list of other files") ?? false, "\(name): \(error as Any)")
    }
  }
}
