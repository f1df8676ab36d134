import Foundation
import TestSupport
import Testing

@Suite("What a terminal answers, late or unasked, is nobody's order")
struct ConsoleAnswerTests {
  /// A colour, the cursor's place on row 1, a mouse of the oldest kind, settings, a title, the clipboard, eight bits.
  private static let answers = [
    "\u{1B}]11;rgb:1b1b/2b2b/3b3b\u{1B}\\", "\u{1B}]11;rgb:bbbb/bbbb/bbbb\u{7}", "\u{1B}[1;2R", "\u{1B}[M bb",
    "\u{1B}P1$r0;1m\u{1B}\\", "\u{1B}]lbe\u{1B}\\", "\u{1B}]52;c;YmVicWI=\u{1B}\\", "\u{9D}11;rgb:b/b/b\u{9C}",
  ]

  @Test("colours that a program before asked for: nothing goes live, nothing opens")
  func lateColour() async throws {
    let run = try await ConsoleRun(question: #"\033]11;?\033\\\033]10;?\033\\\033[c"#)
    try await run.waitUntilReady()
    // The answers were there before the console: a key that comes behind them is the next thing that happens.
    try await run.terminal.press("p")
    let screen = try await run.terminal.wait(for: "p shows it")
    #expect(screen.contains("READY") && !screen.contains("Go live?") && !screen.contains("does nothing here"))
    #expect(!run.log.contains("connecting"))
    #expect(try run.files("mkv").isEmpty)
  }

  @Test("answers of all kinds, whole and in pieces: no key; two Escapes soon after each other are two")
  func answers() async throws {
    let run = try await ConsoleRun()
    let terminal = run.terminal
    try await run.waitUntilReady()
    for answer in Self.answers {
      let bytes = Array(answer.utf8)
      try await terminal.send(bytes: bytes)
      for piece in [bytes.prefix(4), bytes.dropFirst(4)] { try await terminal.send(bytes: Array(piece)) }
    }
    try await terminal.press("p")
    let screen = try await terminal.wait(for: "p shows it")
    #expect(screen.contains("READY") && !screen.contains("Go live?") && !screen.contains("does nothing here"))
    try await terminal.press("c", "/", "x")
    try await terminal.wait(for: "nothing matches")
    try await terminal.press("Escape", "Escape")
    try await terminal.wait("no menu") { !$0.contains("[Camera]") }
    // What is asked before it goes on air is no order either: only a yes is.
    try await terminal.press("b")
    try await terminal.wait(for: "Go live?")
    for answer in Self.answers { try await terminal.send(bytes: Array(answer.utf8)) }
    try await terminal.press("n")
    try await terminal.wait("no question") { !$0.contains("Go live?") && $0.contains("READY") }
    #expect(!run.log.contains("connecting"))
    try await run.goLive()
    try await run.waitUntilLive()
    for answer in Self.answers { try await terminal.send(bytes: Array(answer.utf8)) }
    try await run.stayOnAir(seconds: 1)
    #expect(try await terminal.screen().contains(/Reconnects +0/))
    try await run.quit()
    try await run.expectEnd(0)
  }
}
