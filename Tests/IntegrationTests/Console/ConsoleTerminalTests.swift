import Foundation
import TestSupport
import Testing

@Suite("The console and its terminal")
struct ConsoleTerminalTests {
  @Test("every size is drawn whole; a terminal that is too small is told so")
  func resize() async throws {
    let run = try await ConsoleRun(columns: 200, rows: 60)
    try await run.waitUntilReady()
    for (columns, rows) in [(200, 60), (40, 12), (39, 11), (120, 40)] {
      try await run.terminal.resize(columns: columns, rows: rows)
      let screen = try await run.terminal.wait("a screen of \(columns)x\(rows)") { shown in
        guard columns >= 40 else { return shown.contains("too small") || shown.contains("40x12") }
        // The keys stand in the last row and nowhere else, so nothing of another size is left over.
        let lines = shown.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.prefix(rows).last?.contains("help") == true
          && lines.prefix(rows - 1).allSatisfy { !$0.contains("? help") }
      }
      if columns < 40 {
        #expect(screen.contains("This window is 39x11; 40x12 is needed."), "\(screen)")
      } else {
        #expect(screen.hasPrefix(" ○ READY"), "\(screen)")
        #expect(screen.components(separatedBy: "READY").count == 2, "\(screen)")
        #expect(screen.components(separatedBy: "OFF AIR").count >= 2, "\(screen)")
      }
    }
    try await run.terminal.press("q")
    try await run.expectEnd(0)
  }

  @Test("Control-Z gives the shell back, fg the console")
  func suspend() async throws {
    let run = try await ConsoleRun(isJob: true)
    let terminal = run.terminal
    try await run.waitUntilReady()
    try await terminal.press("C-z")
    try await terminal.wait(for: "Stopped")
    for (fact, wanted) in [("cursor_flag", "1"), ("alternate_on", "0")] {
      #expect(try await terminal.fact(fact) == wanted, "\(fact)")
    }
    try await terminal.run("stty -a >after; echo in-between-$((40 + 2))")
    try await terminal.wait(for: "\nin-between-42")
    try await run.expectSaneShell()
    try await terminal.run("fg")
    try await run.waitUntilReady()
    #expect(!(try await terminal.screen().contains("in-between")))
    try await terminal.press("p")
    try await terminal.wait(for: "p shows it")
    try await terminal.press("q")
    try await eventually("the console is gone") { try await terminal.fact("alternate_on") == "0" }
  }

  @Test("a crash leaves a sane terminal and says where the log is", arguments: [SIGSEGV, SIGABRT, SIGBUS])
  func crash(signal: Int32) async throws {
    let run = try await ConsoleRun()
    try await run.waitUntilReady()
    try run.signal(signal)
    try await run.expectEnd(128 + Int(signal))
    let screen = try await run.terminal.screen()
    let line = screen.split(separator: "\n").first { $0.contains("ivs-broadcast.log") }
    #expect(line != nil, "\(screen)")
  }

  @Test("SIGTERM while live: exit status 0, and the recording is whole")
  func terminate() async throws {
    let run = try await ConsoleRun(["--live", "--record", "on"])
    try await run.waitUntilLive()
    try await run.stayOnAir(seconds: 2)
    try run.signal(SIGTERM)
    try await run.expectEnd(0)
    let probe = try await MediaProbe(try #require(run.files("mkv").first))
    try await probe.expectWhole()
    #expect(probe.videoPackets.count >= 60, "\(probe.videoPackets.count) frames")
  }

  @Test("where there is no screen to show anything on, one line says so", arguments: ["TERM=dumb", "a pipe"])
  func noScreen(what: String) async throws {
    let isPipe = what == "a pipe"
    let run = try await ConsoleRun(
      environment: isPipe ? [:] : ["TERM": "dumb"],
      redirection: isPipe ? "2>words | cat >output; exit ${PIPESTATUS[0]}" : "2>words")
    let screen = try await run.terminal.wait("the end") { $0.contains(/ended=\d/) }
    let status = screen.firstMatch(of: /ended=(\d+)/).flatMap { Int($0.1) } ?? 0
    #expect((64...78).contains(status), "\(screen)")
    let words = try String(contentsOf: run.home.file("words"), encoding: .utf8)
    #expect(words.split(separator: "\n").count == 1 && words.contains("terminal"), "\(words)")
    if isPipe { #expect(try Data(contentsOf: run.home.file("output")).isEmpty) }
  }

  @Test("NO_COLOR: no colours; a locale without UTF-8: nothing but ASCII")
  func plain() async throws {
    let run = try await ConsoleRun(environment: ["NO_COLOR": "1", "LC_ALL": "C", "LANG": "C"])
    try await run.waitUntilReady()
    // The picture too is there, and is drawn with letters.
    try await run.terminal.wait("a picture") { $0.contains("320x180") }
    let styled = try await run.terminal.styledScreen()
    let text = try await run.terminal.screen()
    #expect(text.utf8.allSatisfy { $0 < 128 }, "\(text)")
    // 39 and 49 are the terminal's own colours.
    let colors = Set(Array(30...49) + Array(90...107)).subtracting([39, 49])
    let codes = styled.matches(of: /\u{1B}\[([0-9;]*)m/).flatMap { $0.1.split(separator: ";").compactMap { Int($0) } }
    #expect(codes.allSatisfy { !colors.contains($0) }, "\(Set(codes))")
  }
}
