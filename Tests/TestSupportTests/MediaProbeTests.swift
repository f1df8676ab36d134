internal import Foundation
internal import TestSupport
internal import Testing

@Suite("What a recording proves")
struct MediaProbeTests {
  /// Six seconds of square and beep, the beep late by `delayMilliseconds`, as an encoder here would make it.
  private func recording(in folder: TemporaryDirectory, delayMilliseconds: Int, name: String) async throws -> String {
    let file = folder.file(name).path
    let late = "(t-\(Double(delayMilliseconds) / 1000))"
    try await Tool.run(
      "ffmpeg",
      [
        "-nostdin", "-v", "error", "-y",
        "-f", "lavfi", "-i",
        "testsrc2=s=320x180:r=30,drawbox=0:0:64:64:black:fill,"
          + "drawbox=0:0:64:64:white:fill:enable='lt(mod(t+0.0001\\,1)\\,0.1)'",
        "-f", "lavfi", "-i",
        "aevalsrc='0.1*sin(2*PI*1000*\(late))*gte(\(late)\\,0)*lt(mod(\(late)\\,1)\\,0.1)':s=48000",
        "-t", "6", "-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "veryfast", "-g", "60", "-bf", "0",
        "-sc_threshold", "0", "-b:v", "500k", "-maxrate", "500k", "-bufsize", "500k", "-c:a", "aac", "-ac", "2", file,
      ])
    return file
  }

  @Test("Square and beep are found with their offset, to 5 ms", arguments: [0, 40, 130])
  func offset(delayMilliseconds: Int) async throws {
    let folder = try TemporaryDirectory()
    let file = try await recording(in: folder, delayMilliseconds: delayMilliseconds, name: "late.mkv")
    let marks = try await SyncMarks(of: file)
    // The first square is white from the first frame on, so its start is unknown.
    #expect(marks.video.map { $0.rounded() } == [1, 2, 3, 4, 5])
    #expect(marks.pairs.count == 5)
    for pair in marks.pairs {
      #expect(abs(pair.audioAfterVideo - Double(delayMilliseconds) / 1000) < 0.005)
    }
  }

  @Test("Streams, packets, groups of pictures and bitrates are the encoder's")
  func probe() async throws {
    let folder = try TemporaryDirectory()
    let file = try await recording(in: folder, delayMilliseconds: 0, name: "plain.flv")
    let probe = try await MediaProbe(URL(filePath: file))
    #expect(probe.container == "flv")
    #expect(probe.video?.codec == "h264")
    #expect(probe.video?.width == 320)
    #expect(probe.video?.pixelFormat == "yuv420p")
    #expect(probe.video?.reorderDepth == 0)
    #expect(probe.audio?.codec == "aac")
    #expect(probe.audio?.sampleRate == 48_000)
    #expect(probe.audio?.channels == 2)
    #expect(probe.videoPackets.count == 180)
    #expect(probe.gopLengths == [60, 60, 60])
    #expect(abs(probe.frameRate - 30) < 0.01)
    #expect(probe.hasStrictlyMonotonicTimes)
    #expect(probe.videoBitrates().count == 3)
    #expect(probe.videoBitrates().allSatisfy { (300_000...600_000).contains($0) })
    #expect(abs(try #require(probe.audioStartAfterVideo)) < 0.05)
    #expect(try await probe.decodeErrors().isEmpty)
  }

  @Test("A damaged recording has decode errors")
  func damage() async throws {
    let folder = try TemporaryDirectory()
    let file = try await recording(in: folder, delayMilliseconds: 0, name: "damaged.flv")
    var bytes = try Data(contentsOf: URL(filePath: file))
    // Inside of pictures alone: what stands around them stays readable.
    var tag = 13
    while tag + 11 < bytes.count {
      let size = Int(bytes[tag + 1]) << 16 | Int(bytes[tag + 2]) << 8 | Int(bytes[tag + 3])
      if bytes[tag] == 9, size > 300 {
        for position in stride(from: tag + 11 + 60, to: tag + 11 + size, by: 7) { bytes[position] ^= 0x55 }
      }
      tag += 11 + size + 4
    }
    try bytes.write(to: URL(filePath: file))
    let result = try await MediaProbe(URL(filePath: file)).decodeErrors()
    #expect(!result.isEmpty)
  }

  @Test("A steady tone has its frequency and level")
  func tone() async throws {
    let file = try TemporaryDirectory()
    let path = file.file("tone.mka").path
    try await Tool.run(
      "ffmpeg",
      [
        "-nostdin", "-v", "error", "-f", "lavfi", "-i", "aevalsrc='0.1*sin(2*PI*1000*t)':s=44100", "-t", "3", "-c:a",
        "aac", path,
      ])
    let tone = try await Tone(of: path)
    #expect(abs(tone.frequency - 1000) < 2)
    #expect(abs(tone.decibels - -20) < 0.5)
  }

  @Test("A file that is no recording fails, and says so")
  func garbage() async throws {
    let folder = try TemporaryDirectory()
    let file = try folder.write("not a video", to: "text.flv")
    await #expect(throws: HarnessError.self) { try await MediaProbe(file) }
  }
}
