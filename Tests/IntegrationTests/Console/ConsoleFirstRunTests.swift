import Foundation
import TestSupport
import Testing

@Suite("The console's first run")
struct ConsoleFirstRunTests {
  @Test("set-up leads live on local by Enter alone; choices are kept; quitting leaves a whole recording and a shell")
  func firstRun() async throws {
    let arguments = [
      "--camera", "test", "--video", "320x180@30", "--video-bitrate", "300k", "--playback-port", "0", "--record", "on",
    ]
    let first = try await ConsoleRun(arguments, settings: nil)
    for (step, name) in ["camera", "microphone", "picture size and bitrate", "channel", "go live"].enumerated() {
      try await first.terminal.wait(for: "step \(step + 1) of 5: \(name)")
      try await first.terminal.press("Enter")
    }
    try await first.waitUntilLive()
    #expect(try await first.terminal.screen().contains("http://127.0.0.1:"))
    try await first.stayOnAir(seconds: 3)
    try await first.quit()
    try await first.expectEnd(0)
    let left = try await first.terminal.screen()
    for words in ["on air 00:00:", "recorded ", "log "] { #expect(left.contains("\n\(words)"), "\(left)") }
    let probe = try await MediaProbe(try #require(first.files("mkv").first))
    try await probe.expectWhole()
    #expect(probe.videoPackets.count >= 90, "\(probe.videoPackets.count) frames")
    let settings = try String(contentsOf: first.settingsFile, encoding: .utf8)
    for line in ["camera: 'test'", "microphone: 'test'", "channel: 'local'"] { #expect(settings.contains(line)) }

    let second = try await ConsoleRun(arguments, settings: nil, home: first.home)
    try await second.waitUntilReady()
    #expect(!(try await second.terminal.screen().contains("step 1 of 5")))
    try await second.terminal.press("q")
    try await second.expectEnd(0)
  }

  @Test("without any camera the console waits for one in calm words, and takes what is chosen instead")
  func noCamera() async throws {
    let run = try await ConsoleRun(["--camera", "auto"])
    let screen = try await run.terminal.wait(for: "no camera found: waiting for one")
    #expect(!screen.contains("CAMERA LOST") && screen.contains("It is shown as soon as there is one."), "\(screen)")
    try await run.terminal.press("c")
    try await run.terminal.wait(for: "[Camera]")
    try await run.terminal.press("End", "Enter")
    try await run.waitForLog("camera off: sending a black picture")
    try await run.terminal.press("q")
    try await run.expectEnd(0)
  }

  @Test("set-up goes back, and looking around first sends nothing")
  func lookAround() async throws {
    let run = try await ConsoleRun(["--camera", "test", "--playback-port", "0"], settings: nil)
    try await run.terminal.wait(for: "step 1 of 5")
    try await run.terminal.press("Escape")
    try await run.waitUntilReady()
    #expect(try run.files("mkv").isEmpty)
    try await run.terminal.press("q")
    try await run.expectEnd(0)
  }
}
