import Foundation
import TestSupport
import Testing

@Suite("Films on air")
struct FilmTests {
  /// What a viewer's recording shows, small and gray, picture by picture.
  private struct Seen {
    var pictures: [[UInt8]]

    init(_ recording: URL) async throws {
      let result = try await Tool.run(
        "ffmpeg",
        [
          "-nostdin", "-v", "error", "-i", recording.path, "-vf", "scale=32:18,format=gray", "-fps_mode", "passthrough",
          "-f", "rawvideo", "-",
        ], within: .seconds(60))
      let bytes = [UInt8](result.standardOutput)
      pictures = stride(from: 0, to: bytes.count - 575, by: 576).map { Array(bytes[$0..<$0 + 576]) }
    }

    /// The mean difference between pictures `count` apart.
    func difference(after count: Int) -> Double {
      let pairs = zip(pictures, pictures.dropFirst(count))
      let sum = pairs.reduce(0.0) { sum, pair in
        sum + zip(pair.0, pair.1).reduce(0.0) { $0 + Double(abs(Int($1.0) - Int($1.1))) } / 576
      }
      return sum / Double(max(1, pictures.count - count))
    }
  }

  private func play(_ film: String, to server: NginxRTMP, seconds: Int) throws -> Broadcast {
    try Broadcast(
      [
        "--camera", "file:\(film)", "--video", "320x180@25", "--video-bitrate", "500k", "--duration", "\(seconds)s",
        "--channel", server.url, "--json-status", "-",
      ], key: URL(fileURLWithPath: film).lastPathComponent)
  }

  private func number(_ name: String, of broadcast: Broadcast) throws -> Int {
    let line = try #require(broadcast.process.lines(of: .standardOutput).last { $0.contains("\"\(name)\"") })
    let match = try #require(line.firstMatch(of: try Regex("\"\(name)\":(\\d+)", as: (Substring, Substring).self)))
    return try #require(Int(match.1))
  }

  /// What it used of the processor so far (proc_pid_stat(5), utime and stime).
  private func processorSeconds(of broadcast: Broadcast) throws -> Double {
    let text = try String(contentsOfFile: "/proc/\(broadcast.process.processIdentifier)/stat", encoding: .utf8)
    let fields = try #require(text.split(separator: ")").last).split(separator: " ")
    return (try #require(Double(fields[11])) + #require(Double(fields[12]))) / 100
  }

  @Test("every slot is filled, the loop is as long as what is there, and --duration is exact to the picture")
  func loops() async throws {
    let server = try await NginxRTMP()
    // Pictures per loop at 25 a second.
    let films = [("vfr.mp4", 150), ("rpicam.h264", 100), ("flv-duration-86400.flv", 100)]
    let runs = try films.map { ($0, try play(FieldCase.film($0.0), to: server, seconds: 13)) }
    for ((film, period), broadcast) in runs {
      let exit = try await broadcast.process.waitForExit(within: .seconds(40))
      #expect(exit == .exit(0), "\(film): \(broadcast.process.text(of: .standardError))")
      #expect(try number("droppedByEncoder", of: broadcast) == 0)
      #expect(try number("droppedByCapture", of: broadcast) == 0)
      #expect(try number("framesRepeated", of: broadcast) > (film == "vfr.mp4" ? 100 : -1))
      let recording = try await server.finishedRecording(of: film)
      let probe = try await MediaProbe(recording)
      #expect(probe.videoPackets.count == 13 * 25, "\(film): \(probe.videoPackets.count) pictures")
      let steps = zip(probe.videoPackets.dropFirst(), probe.videoPackets).map { $0.dts - $1.dts }
      #expect((steps.max() ?? 0) < 0.045, "\(film)")
      let seen = try await Seen(recording)
      #expect(seen.difference(after: period) < seen.difference(after: period * 2 / 5) / 2, "\(film)")
    }
  }

  @Test("a film that is cut off, goes and comes back while it is played is bridged, and costs nothing meanwhile")
  func comesBack() async throws {
    let server = try await NginxRTMP()
    let folder = try TemporaryDirectory()
    let film = folder.file("film.ts")
    let whole = try Data(contentsOf: URL(fileURLWithPath: FieldCase.film("ts-sizechange.ts")))
    try whole.write(to: film)
    let broadcast = try play(film.path, to: server, seconds: 30)
    try await broadcast.process.waitForLine(containing: "live ingest=", within: .seconds(15))
    try await broadcast.waitForFrames(25)
    let handle = try FileHandle(forWritingTo: film)
    try handle.truncate(atOffset: 0)
    try await broadcast.process.waitForLine(containing: "film lost, its last picture stays", within: .seconds(15))
    try FileManager.default.removeItem(at: film)
    let before = try processorSeconds(of: broadcast)
    try await broadcast.waitForFrames(50)
    #expect(try processorSeconds(of: broadcast) - before < 1.2)
    try whole.write(to: film)
    try await broadcast.process.waitForLine(containing: "film is back", within: .seconds(15))
    try await broadcast.waitForFrames(25)
    broadcast.process.signal(SIGTERM)
    #expect(try await broadcast.process.waitForExit(within: .seconds(10)) == .exit(0))
    let probe = try await MediaProbe(try await server.finishedRecording(of: "film.ts"))
    let steps = zip(probe.videoPackets.dropFirst(), probe.videoPackets).map { $0.dts - $1.dts }
    #expect((steps.max() ?? 0) < 0.045)
  }
}
