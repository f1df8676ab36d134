import Codec
import Foundation
import Media
import Testing

@Suite("Media files as sources")
struct MediaFileTests {
  private func makeFile(_ directory: ScratchDirectory, _ name: String, _ more: String...) throws -> String {
    let path = directory.file(name)
    let sources = ["-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=2", "-f", "lavfi", "-i", "sine=f=440:r=44100:d=2"]
    let result = try Tool.run("ffmpeg", ["-v", "error", "-y"] + sources + more + [path])
    try #require(result.status == 0, "\(result.errors)")
    return path
  }

  private func times(_ reader: inout VideoFileReader) throws -> [MediaTime] {
    var times: [MediaTime] = []
    while let film = try reader.next() {
      guard let picture = film.take() else { throw CodecError.noVideo(path: reader.path) }
      #expect(picture.size == PictureSize(width: 320, height: 180))
      times.append(film.time)
    }
    return times
  }

  private func soundLength(_ reader: inout AudioFileReader) throws -> (first: MediaTime?, count: Int) {
    var (first, count): (MediaTime?, Int) = (nil, 0)
    while try reader.withNextBlock({ (samples: Span<Float>, time: MediaTime) -> Bool in
      if first == nil { first = time }
      #expect(abs(time.ticks(per: 48_000) - (first?.ticks(per: 48_000) ?? 0) - Int64(count)) <= 960)
      count += samples.count / 2
      return true
    }) != nil {}
    return (first, count)
  }

  @Test(
    "pictures and sound come with times from the file's start, each time that it is opened",
    arguments: ["a.mp4", "a.mkv", "a.ts"])
  func loops(_ name: String) throws {
    let directory = try ScratchDirectory()
    let path = try makeFile(directory, name, "-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac")
    for _ in 0..<3 {
      var video = try VideoFileReader(path)
      var audio = try AudioFileReader(path)
      #expect(video.frameRate == FrameRate(25))
      let stamps = try times(&video)
      #expect(stamps.count == 50)
      #expect(abs(stamps[0].seconds) < 0.05)
      #expect(abs(stamps[49].seconds - stamps[0].seconds - 1.96) < 0.002)
      let sound = try soundLength(&audio)
      #expect(abs(try #require(sound.first).seconds) < 0.05)
      #expect(abs(sound.count - 96_000) < 3000, "\(sound.count) sample frames")
      #expect(video.length == audio.length)
      #expect(abs(video.length.inSeconds - 2) < 0.15, "\(video.length)")
    }
  }

  @Test("a file that fits goes to the encoder as it is decoded; another is scaled")
  func conversion() throws {
    let directory = try ScratchDirectory()
    let path = try makeFile(
      directory, "a.mp4", "-c:v", "libx264", "-pix_fmt", "yuv420p", "-colorspace", "bt709", "-color_range", "tv")
    for (size, isSame) in [(PictureSize(width: 320, height: 180), true), (PictureSize(width: 640, height: 480), false)]
    {
      var reader = try VideoFileReader(path)
      var converter = try FrameConverter(to: size)
      guard let decoded = try reader.next()?.take() else { throw CodecError.noVideo(path: path) }
      let before = address(decoded)
      try converter.show(decoded)
      let seen = converter.withLastPicture { picture in
        #expect(picture.size == size)
        return address(picture) == before
      }
      #expect(seen == isSame)
    }
  }

  @Test("each unusable path has its own words")
  func refusals() throws {
    let directory = try ScratchDirectory()
    let silent = directory.file("silent.mp4")
    try Tool.ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x64:d=0.2", silent)
    let sound = directory.file("sound.wav")
    try Tool.ffmpeg("-f", "lavfi", "-i", "sine=d=0.2", sound)
    let text = directory.file("text.mp4")
    try Data("no media, only words; no media, only words".utf8).write(to: URL(fileURLWithPath: text))
    #expect(throws: CodecError.noSuchFile(path: "/nowhere.mp4")) { _ = try VideoFileReader("/nowhere.mp4") }
    #expect(throws: CodecError.notMedia(path: text)) { _ = try VideoFileReader(text) }
    #expect(throws: CodecError.noAudio(path: silent)) { _ = try AudioFileReader(silent) }
    #expect(throws: CodecError.noVideo(path: sound)) { _ = try VideoFileReader(sound) }
    #expect(throws: CodecError.cannotOpen(path: directory.path, reason: "it is not a regular file")) {
      _ = try VideoFileReader(directory.path)
    }
    let empty = directory.file("empty.mp4")
    try Data().write(to: URL(fileURLWithPath: empty))
    #expect(throws: CodecError.unplayable(path: empty, reason: "it is empty")) { _ = try VideoFileReader(empty) }
    #expect(throws: CodecError.cannotOpen(path: "/dev/zero", reason: "it is not a regular file")) {
      _ = try AudioFileReader("/dev/zero")
    }
    let fifo = directory.file("fifo")
    #expect(try Tool.run("mkfifo", fifo).status == 0)
    #expect(throws: CodecError.cannotOpen(path: fifo, reason: "it is not a regular file")) {
      _ = try VideoFileReader(fifo)
    }
  }

  @Test("a file that is cut off or damaged in the middle plays as far as it goes, and ends")
  func damaged() throws {
    let directory = try ScratchDirectory()
    let path = try makeFile(directory, "a.ts", "-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac")
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    for index in stride(from: bytes.count / 3, to: bytes.count / 3 + 4000, by: 3) { bytes[index] = 0x5A }
    try bytes.prefix(bytes.count * 4 / 5).write(to: URL(fileURLWithPath: path))
    var reader = try VideoFileReader(path)
    let count = try times(&reader).count
    #expect((10...50).contains(count), "\(count) pictures")
  }

  @Test("every error is one line that names its subject")
  func words() {
    let errors: [CodecError] = [
      .noSuchFile(path: "/a.mp4"), .notMedia(path: "/a.mp4"), .diskFull(path: "/a.mp4"), .noVideo(path: "/a.mp4"),
      .cannotWrite(path: "/a.mp4", reason: "Permission denied"), .decodingFailed(path: "/a.mp4", reason: "x"),
    ]
    for error in errors {
      #expect(error.description.contains("/a.mp4"))
      #expect(!error.description.contains("\n"))
    }
  }
}
