import Foundation
import TestSupport
import Testing

@Suite("A stream key that is typed")
struct KeyPromptTests {
  /// A terminal in which the program asks for a key.
  private struct Prompt {
    let terminal: Tmux
    private let folder: TemporaryDirectory

    init(_ channel: String) async throws {
      folder = try TemporaryDirectory()
      terminal = try await Tmux(columns: 160, rows: 40)
      try await terminal.run("unset IVS_STREAM_KEY CREDENTIALS_DIRECTORY; HOME=\(folder.url.path)")
      try await terminal.run("stty -a >\(folder.file("before").path)")
      try await terminal.run(
        "\(try Product.ivsBroadcast()) stream \(Broadcast.smallPicture.joined(separator: " ")) --channel \(channel)"
          + " --duration 3s; echo status=$?; stty -a >\(folder.file("after").path)")
      try await terminal.wait(for: "Stream key for 127.0.0.1")
    }

    /// Waits until the program has ended with `status`, and checks that the terminal is as it was.
    func expectEnd(_ status: Int) async throws {
      let screen = try await terminal.wait("the end", within: .seconds(20)) { $0.contains(/status=\d/) }
      #expect(screen.contains("status=\(status)"), "\(screen)")
      let after = folder.file("after")
      try await eventually("the terminal's settings") { ((try? Data(contentsOf: after)) ?? Data()).count > 100 }
      let settings = try String(contentsOf: folder.file("before"), encoding: .utf8)
      #expect(Set(settings.split(whereSeparator: \.isWhitespace)).isSuperset(of: ["echo", "isig", "icanon"]))
      #expect(try String(contentsOf: after, encoding: .utf8) == settings)
    }
  }

  @Test("is never shown, and opens the stream; a slip is taken back with Backspace")
  func typed() async throws {
    let server = try await NginxRTMP()
    let prompt = try await Prompt(server.url)
    try await prompt.terminal.type(Broadcast.key + "x")
    try await prompt.terminal.press("BSpace", "Enter")
    try await prompt.terminal.wait(for: "live ingest=")
    try await prompt.expectEnd(0)
    let screen = try await prompt.terminal.screen()
    // Not even the part of it that a terminal shows before the program asks for silence.
    #expect(!screen.contains(Broadcast.key.prefix(4)), "\(screen)")
    #expect(try await MediaProbe(server.finishedRecording(of: Broadcast.key)).videoPackets.count >= 89)
  }

  @Test("Control-C gives up: one line, exit status 78, the terminal as before", arguments: ["C-c", "C-d", "C-\\"])
  func givenUp(key: String) async throws {
    let prompt = try await Prompt("rtmp://127.0.0.1:1/live")
    try await prompt.terminal.type("half")
    try await prompt.terminal.press(key)
    try await prompt.expectEnd(78)
    let screen = try await prompt.terminal.screen()
    #expect(!screen.contains("half"), "\(screen)")
    #expect(screen.components(separatedBy: "needs a stream key").count == 2, "\(screen)")
    try await prompt.terminal.run("echo to-be-seen-$((40 + 2))")
    try await prompt.terminal.wait(for: "echo to-be-seen-$((40 + 2))")
    try await prompt.terminal.wait(for: "\nto-be-seen-42")
  }

  @Test("Return alone is no key")
  func empty() async throws {
    let prompt = try await Prompt("rtmp://127.0.0.1:1/live")
    try await prompt.terminal.press("Enter")
    try await prompt.expectEnd(78)
  }
}
