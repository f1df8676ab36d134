import Codec
import Foundation
import Media
import NIOCore
import Packets
import Testing

@Suite("Recordings and HLS, as ffprobe reads them")
struct RecordingTests {
  /// Ten seconds of moving picture and tone, muxed in step.
  private func write(
    _ format: StreamWriter.Format, seconds: Int, finish: Bool = true, bitrate: Bitrate = .kilobits(800)
  ) throws {
    let settings = encoding(bitrate: bitrate)
    var video = try H264Encoder(settings)
    var audio = try AACEncoder()
    var writer = try StreamWriter(
      format, StreamDescription(video: video.description, audio: audio.description, encoder: "test"))
    let sound = tone(1000, count: 1600)
    for frame in 0..<seconds * 30 {
      var packets: [EncodedPacket] = []
      try encodeMovingPicture(settings, frames: frame..<frame + 1, with: &video) { packets.append($0) }
      try audio.encode(sound.span, startingAt: Int64(frame) * 1600, captureTime: .zero) { packets.append($0) }
      for packet in packets { try writer.write(packet) }
    }
    guard finish else {
      // What a killed process leaves: the file as it is now, nothing closed.
      if case .matroska(let path) = format {
        try FileManager.default.copyItem(atPath: path, toPath: path + ".killed.mkv")
      }
      return
    }
    try writer.finish()
  }

  @Test("ten seconds are H.264 Main and AAC LC as IVS asks, with constant bitrate")
  func recording() throws {
    let directory = try ScratchDirectory()
    let path = directory.file("a.mkv")
    try write(.matroska(path: path), seconds: 10)

    let streams = try Tool.probe(path, "-show_streams", "-count_frames")
    let video = try #require(streams.first { $0["codec_type"] == "video" })
    #expect(video["codec_name"] == "h264")
    #expect(video["profile"] == "Main")
    #expect(video["level"] == "30")
    #expect(video["width"] == "640")
    #expect(video["height"] == "360")
    #expect(video["pix_fmt"] == "yuv420p")
    #expect(video["color_range"] == "tv")
    #expect(video["color_space"] == "bt709")
    #expect(video["color_transfer"] == "bt709")
    #expect(video["color_primaries"] == "bt709")
    #expect(video["has_b_frames"] == "0")
    #expect(video["nb_read_frames"] == "300")
    #expect(video["avg_frame_rate"] == "30/1")
    let audio = try #require(streams.first { $0["codec_type"] == "audio" })
    #expect(audio["codec_name"] == "aac")
    #expect(audio["profile"] == "LC")
    #expect(audio["sample_rate"] == "48000")
    #expect(audio["channels"] == "2")

    let frames = try Tool.probe(
      path, "-select_streams", "v", "-show_frames", "-show_entries", "frame=pict_type,key_frame")
    let keyframes = frames.indices.filter { frames[$0]["key_frame"] == "1" }
    #expect(keyframes == [0, 60, 120, 180, 240])
    #expect(frames.indices.filter { frames[$0]["pict_type"] == "I" } == keyframes)
    #expect(!frames.contains { $0["pict_type"] == "B" })

    let packets = try Tool.probe(path, "-select_streams", "v", "-show_packets", "-show_entries", "packet=pts_time,size")
    var bitsOfWindow = [Int](repeating: 0, count: 5)
    for packet in packets {
      let time = try #require(Double(packet["pts_time"] ?? ""))
      bitsOfWindow[min(4, Int((time + 0.001) / 2))] += 8 * (Int(packet["size"] ?? "") ?? 0)
    }
    for bits in bitsOfWindow.dropFirst() {
      #expect(abs(Double(bits) / 2 - 800_000) < 40_000, "a window has \(bits / 2) bit/s of 800000")
    }
    try Tool.ffmpeg("-xerror", "-i", path, "-f", "null", "-")
  }

  @Test("a recording of a killed process plays to within the last second and a half")
  func killed() throws {
    let directory = try ScratchDirectory()
    let path = directory.file("a.mkv")
    try write(.matroska(path: path), seconds: 6, finish: false)
    let packets = try Tool.run(
      "ffprobe", "-v", "quiet", "-select_streams", "v", "-show_entries", "packet=pts_time", "-of", "csv=p=0",
      path + ".killed.mkv")
    #expect(packets.status == 0)
    let times = packets.text.split(separator: "\n").compactMap { Double($0.prefix { $0 != "," }) }
    #expect((times.last ?? 0) > 4.5, "the last readable picture is at \(times.last ?? 0) s of 6")
    #expect(times.first == 0)
    let audio = try Tool.run("ffmpeg", "-v", "error", "-i", path + ".killed.mkv", "-f", "null", "-")
    #expect(audio.status == 0)
  }

  @Test("HLS is fragmented MP4 in segments of two seconds that begin with an IDR")
  func hls() throws {
    let directory = try ScratchDirectory()
    try write(.hls(directory: directory.path), seconds: 10)
    let playlist = try String(contentsOfFile: directory.file("index.m3u8"), encoding: .utf8)
    #expect(playlist.contains("#EXT-X-MAP:URI=\"init.mp4\""))
    #expect(playlist.contains("#EXT-X-INDEPENDENT-SEGMENTS"))
    let durations = playlist.split(separator: "\n").filter { $0.hasPrefix("#EXTINF:") }
      .compactMap { Double($0.dropFirst(8).dropLast()) }
    #expect(durations.count == 5)
    #expect(durations.allSatisfy { abs($0 - 2) < 0.05 }, "\(durations)")
    let streams = try Tool.probe(directory.file("index.m3u8"), "-show_streams", "-count_frames")
    #expect(streams.first { $0["codec_type"] == "video" }?["nb_read_frames"] == "300")
    #expect(streams.first { $0["codec_type"] == "audio" }?["codec_name"] == "aac")
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).allSatisfy { !$0.hasSuffix(".tmp") })
  }

  @Test("HLS keeps ten segments in its playlist and removes older ones")
  func hlsWindow() throws {
    let directory = try ScratchDirectory()
    try write(.hls(directory: directory.path), seconds: 30, bitrate: .kilobits(200))
    let playlist = try String(contentsOfFile: directory.file("index.m3u8"), encoding: .utf8)
    #expect(playlist.split(separator: "\n").filter { $0.hasPrefix("#EXTINF:") }.count == 10)
    let segments = try FileManager.default.contentsOfDirectory(atPath: directory.path).filter { $0.hasSuffix(".m4s") }
    #expect(segments.count <= 12, "\(segments.sorted())")
  }

  @Test("a full disk is told from other failures", arguments: ["recording", "hls"])
  func diskFull(_ kind: String) throws {
    let directory = try ScratchDirectory()
    let mounted = try Tool.runAsRoot("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", directory.path)
    try #require(mounted.status == 0, "mounting needs root or sudo: \(mounted.errors)")
    defer { _ = try? Tool.runAsRoot("umount", "-l", directory.path) }
    let format: StreamWriter.Format =
      kind == "hls" ? .hls(directory: directory.path) : .matroska(path: directory.file("a.mkv"))
    let path = directory.file(kind == "hls" ? "index.m3u8" : "a.mkv")
    #expect(throws: CodecError.diskFull(path: path)) {
      try write(format, seconds: 12, bitrate: .kilobits(2000))
    }
  }

  @Test("a recording into a directory that is not there says so")
  func noDirectory() throws {
    let description = try StreamDescription(video: H264Encoder(encoding()).description, audio: nil, encoder: "test")
    #expect(throws: CodecError.cannotWrite(path: "/nowhere/a.mkv", reason: "No such file or directory")) {
      _ = try StreamWriter(.matroska(path: "/nowhere/a.mkv"), description)
    }
  }
}
