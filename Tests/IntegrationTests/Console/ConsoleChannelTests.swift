import Foundation
import TestSupport
import Testing

@Suite("The console's channel form")
struct ConsoleChannelTests {
  private static let key = "sk_test_Pasted77Secret"

  @Test("names what is wrong with a URL beside the field, as one types")
  func badURL() async throws {
    let run = try await ConsoleRun()
    let terminal = run.terminal
    try await run.waitUntilReady()
    try await terminal.press("N")
    try await terminal.wait(for: "Ingest URL")
    try await terminal.type("venue")
    try await terminal.press("Tab")
    try await terminal.type("rtp://127.0.0.1/live")
    try await terminal.wait(for: "rtp:// is no ingest; did you mean rtmp://?")
    try await terminal.press("C-u")
    try await terminal.type("rtmp://127.0.0.1:99999/live")
    try await terminal.wait(for: "the port is 1 to 65535")
    // What is wrong is not saved.
    try await terminal.press("C-s")
    try await terminal.wait(for: "the stream key is missing")
    #expect(!FileManager.default.fileExists(atPath: run.channelsFile.path))
    try await terminal.press("Escape")
    try await terminal.wait("the dashboard") { !$0.contains("Ingest URL") }
  }

  @Test("a key that is pasted never shows, is kept with mode 0600, and opens the stream")
  func pastedKey() async throws {
    let server = try await NginxRTMP()
    let run = try await ConsoleRun(["--log-level", "trace"])
    let terminal = run.terminal
    var screens: [String] = []
    try await run.waitUntilReady()
    try await terminal.press("N")
    try await terminal.wait(for: "Ingest URL")
    try await terminal.type("venue")
    try await terminal.press("Tab")
    try await terminal.type(server.url)
    try await terminal.press("Tab")
    try await terminal.paste(Self.key + "\n")
    screens.append(try await terminal.wait(for: String(repeating: "•", count: Self.key.count)))
    // The line break of the paste is no Return: the form is still there, on the same field.
    screens.append(try await terminal.wait(for: "▸ Stream key"))
    try await terminal.press("C-s")
    screens.append(try await terminal.wait(for: "saved and selected"))
    try await run.goLive()
    try await run.waitUntilLive()
    screens.append(try await terminal.screen())
    try await run.stayOnAir(seconds: 2)
    try await terminal.press("u")
    screens.append(try await terminal.wait(for: "no playback address is known"))
    try await run.quit()
    try await run.expectEnd(0)
    screens.append(try await terminal.screen())
    for screen in screens { #expect(!screen.contains(Self.key) && !screen.contains("sk_test"), "\(screen)") }
    #expect(run.log.contains("live"))
    #expect(!run.log.contains(Self.key))
    try await MediaProbe(server.finishedRecording(of: Self.key)).expectWhole()

    let saved = try String(contentsOf: run.channelsFile, encoding: .utf8)
    #expect(saved.contains(Self.key))
    var holders: [String] = []
    let all = FileManager.default.enumerator(at: run.home.url, includingPropertiesForKeys: nil)
    while let file = all?.nextObject() as? URL {
      guard let bytes = try? Data(contentsOf: file), bytes.range(of: Data(Self.key.utf8)) != nil else { continue }
      holders.append(file.lastPathComponent)
      #expect(try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int == 0o600)
    }
    #expect(holders == ["channels.yaml"])
  }

  @Test("every refusal stands beside its field, and the key that was typed survives them all")
  func refusals() async throws {
    let run = try await ConsoleRun()
    let terminal = run.terminal
    let dots = String(repeating: "•", count: Self.key.count)
    try await run.waitUntilReady()
    try await terminal.press("N")
    try await terminal.wait(for: "Ingest URL")
    try await terminal.type("ivs")
    try await terminal.press("Tab")
    try await terminal.type("rtmps://a1b2c3d4e5f6.global-contribute.live-video.net:443/app/more")
    try await terminal.press("Tab")
    try await terminal.paste(Self.key)
    try await terminal.press("C-s")
    // The console's own rules, which are the engine's too.
    try await terminal.wait("both problems and the key") {
      $0.contains("▸ Name") && $0.contains("'ivs' stands for") && $0.contains("goes on after /app") && $0.contains(dots)
    }
    try await terminal.press("C-u")
    try await terminal.type("stage.1")
    try await terminal.press("Tab")
    try await terminal.press("C-u")
    // What only the transport knows, the engine says.
    try await terminal.type("srt://127.0.0.1:9000?latency=1")
    try await terminal.press("C-s")
    try await terminal.wait("the engine's refusal at its field") {
      $0.contains("▸ Ingest URL") && $0.contains("20 to 16000 milliseconds") && $0.contains(dots)
    }
    try await terminal.press("C-u")
    try await terminal.type("rtmp://127.0.0.1/live")
    // A refusal that is about no field: the file cannot be read.
    try Data("stage.1: [".utf8).write(to: run.channelsFile)
    try await terminal.press("C-s")
    try await terminal.wait("the file's refusal") {
      $0.contains("✖") && $0.contains("/.config/ivs") && $0.contains(dots)
    }
    try FileManager.default.removeItem(at: run.channelsFile)
    try await terminal.press("C-s")
    try await terminal.wait(for: "stage.1 saved and selected")
    #expect(try String(contentsOf: run.channelsFile, encoding: .utf8).contains(Self.key))
    #expect(!run.log.contains(Self.key))
  }

  @Test("a channel without a key asks for it instead of going live")
  func noKey() async throws {
    let home = try TemporaryDirectory()
    let folder = try home.folder(".config/ivs-broadcast")
    try Data("venue:\n  ingest: 'rtmp://127.0.0.1:1/live'\n".utf8).write(
      to: folder.appending(path: "channels.yaml"))
    let run = try await ConsoleRun(home: home)
    try await run.waitUntilReady()
    try await run.terminal.press("n")
    try await run.terminal.wait(for: "no key")
    try await run.terminal.type("/venue")
    try await run.terminal.press("Enter")
    try await run.terminal.wait("the form at the key") { $0.contains("▸ Stream key") && $0.contains("venue") }
  }
}
