import Foundation
import TestSupport
import Testing

@Suite("The console's controls while live")
struct ConsoleLiveTests {
  @Test("mute: MUTED in words, and digital silence at the server")
  func mute() async throws {
    let server = try await NginxRTMP()
    let run = try await ConsoleRun.live(on: server)
    try await run.stayOnAir(seconds: 2)
    try await run.terminal.press("m")
    try await run.terminal.wait("MUTED in the first row") { $0.prefix(120).contains("MUTED") }
    try await run.stayOnAir(seconds: 4)
    try await run.terminal.press("m")
    try await run.terminal.wait("no MUTED") { !$0.contains("MUTED") }
    try await run.stayOnAir(seconds: 3)
    try await run.quit()
    try await run.expectEnd(0)
    let recording = try await server.finishedRecording(of: Broadcast.key)
    try await MediaProbe(recording).expectWhole()
    // The tone beeps each second, so only what is muted is silent for longer.
    let silences = try await Silences.longer(than: 1.5, in: recording)
    #expect(silences.count == 1, "\(silences)")
    #expect((3...7).contains(silences.first ?? 0), "\(silences)")
  }

  @Test("camera and microphone change while live: one session, no break in the recording's times")
  func sources() async throws {
    let server = try await NginxRTMP()
    let film = try TemporaryDirectory()
    try await Tool.run(
      "ffmpeg",
      [
        "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25", "-f", "lavfi", "-i",
        "sine=frequency=440:sample_rate=44100", "-t", "3", "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac",
        film.file("film.mp4").path,
      ])
    let run = try await ConsoleRun.live(on: server)
    let terminal = run.terminal
    try await run.stayOnAir(seconds: 2)
    try await terminal.press("c")
    try await terminal.wait(for: "[Camera]")
    try await terminal.press("Down", "Enter")
    try await run.waitForLog("camera off: sending a black picture")
    try await run.stayOnAir(seconds: 2)
    try await terminal.press("i")
    try await terminal.wait(for: "[Microphone]")
    try await terminal.press("Down", "Enter")
    try await run.waitForLog("microphone off: sending silence")
    try await run.stayOnAir(seconds: 2)
    try await terminal.run(":camera file:\(film.file("film.mp4").path)")
    try await run.waitForLog("film.mp4")
    try await run.stayOnAir(seconds: 3)
    try await terminal.run(":camera test")
    try await terminal.run(":microphone test")
    try await run.stayOnAir(seconds: 3)
    #expect(try await terminal.screen().contains(/Reconnects +0/))
    try await run.quit()
    try await run.expectEnd(0)
    let probe = try await MediaProbe(server.finishedRecording(of: Broadcast.key))
    try await probe.expectWhole()
    probe.expectNoBreak()
  }

  @Test("the bitrate goes up and down by a step, and the target shows it")
  func bitrate() async throws {
    let server = try await NginxRTMP()
    let run = try await ConsoleRun.live(on: server)
    try await run.terminal.wait(for: "target 300 kbit/s")
    try await run.terminal.type("]")
    try await run.terminal.wait(for: "target 400 kbit/s")
    try await run.terminal.type("[")
    try await run.terminal.wait(for: "target 300 kbit/s")
    try await run.terminal.type("[[[")
    try await run.terminal.wait(for: "100 kbit/s is the least")
    #expect(try await run.terminal.screen().contains(/Reconnects +0/))
  }

  @Test("slate, a remark, a snapshot and a recording beside the stream")
  func slateMarkSnapshotRecord() async throws {
    let server = try await NginxRTMP()
    let run = try await ConsoleRun.live(
      on: server,
      settings: ConsoleRun.usualSettings.replacing("320x180@30", with: "1280x720@15").replacing("300k", with: "800k"))
    let terminal = run.terminal
    try await terminal.press("s")
    try await terminal.wait("SLATE in the first row") { $0.prefix(120).contains("SLATE") }
    try await terminal.press("s")
    try await terminal.wait("no slate") { !$0.contains("SLATE") }
    try await terminal.press("M")
    try await terminal.wait(for: "Mark this moment")
    try await terminal.run("kick-off")
    try await terminal.wait(for: "mark: kick-off")
    try await terminal.press("S")
    try await eventually("the snapshot") { try run.files("png").count == 1 }
    try await run.waitForLog("snapshot")
    let picture = try await MediaProbe(try #require(run.files("png").first))
    #expect(picture.video?.width == 1280 && picture.video?.height == 720, "\(picture.streams)")
    try await terminal.press("R")
    try await terminal.wait("REC in the first row") { $0.prefix(120).contains("REC") }
    try await run.stayOnAir(seconds: 4)
    try await terminal.press("R")
    try await terminal.wait("no REC") { !$0.prefix(120).contains("REC") }
    try await run.waitForLog("recorded")
    let recording = try await MediaProbe(try #require(run.files("mkv").first))
    try await recording.expectWhole()
    #expect(recording.videoPackets.first?.isKeyframe == true)
    #expect(recording.videoPackets.count >= 30, "\(recording.videoPackets.count) frames")
    try await run.quit()
    try await run.expectEnd(0)
    let stream = try await MediaProbe(server.finishedRecording(of: Broadcast.key))
    try await stream.expectWhole()
    stream.expectNoBreak()
  }
}
