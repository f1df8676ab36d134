import Testing

@testable import Service

@Suite("What libraries print, made fit for a log")
struct PrintedLinesTests {
  private func lines(_ text: String) -> [String] {
    var foreign = PrintedLines()
    return foreign.take(text.utf8, at: .zero) + foreign.finish(at: .zero)
  }

  @Test(
    "lines without what does not show",
    arguments: [
      ("libv4l: bad frame\n", ["libv4l: bad frame"]), ("a\nb\r\nc", ["a", "b", "c"]), ("\n\n \n", []), ("", []),
      ("\u{1B}[2J\u{1B}[Hcleared\n", [#"\x1b[2J\x1b[Hcleared"#]), ("a\tb\u{7}c\n", [#"a b\x07c"#]),
      ("\u{202E}evil\u{200B}\n", ["evil"]),
    ])
  func cleaned(text: String, expected: [String]) { #expect(lines(text) == expected) }

  @Test("a line that comes in pieces is one line; bytes that are no UTF-8 are marked")
  func pieces() {
    var foreign = PrintedLines()
    #expect(foreign.take("hel".utf8, at: .zero).isEmpty)
    #expect(foreign.take("lo\n".utf8, at: .zero) == ["hello"])
    #expect(foreign.take([0xFF, 0x41, 0x0A], at: .zero) == ["\u{FFFD}A"])
  }

  @Test("a line without end is cut, and takes no more memory than that")
  func endless() {
    #expect(lines(String(repeating: "x", count: 1_000_000)) == [String(repeating: "x", count: 299) + "…"])
  }

  @Test("a flood is ten lines in ten seconds, and how many more there were")
  func flood() {
    var foreign = PrintedLines()
    var written: [String] = []
    for index in 0..<1000 { written += foreign.take("line \(index)\n".utf8, at: .milliseconds(index)) }
    #expect(written == (0..<10).map { "line \($0)" })
    #expect(foreign.take("later\n".utf8, at: .seconds(10)) == ["(990 more lines left out)", "later"])
    #expect(foreign.finish(at: .seconds(10)).isEmpty)
  }

  @Test("what was left out is told at the end")
  func end() {
    #expect(lines(String(repeating: "again\n", count: 11)).last == "(1 more line left out)")
  }
}
