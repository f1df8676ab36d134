import Media
import Testing

@Suite("text from elsewhere")
struct ForeignTextTests {
  @Test(
    "what only a terminal reads, what hides and what reverses is made visible or left out",
    arguments: [
      ("", ""),
      ("Connection rejected: größer als 1 €", "Connection rejected: größer als 1 €"),
      ("\u{1b}]0;title\u{7}\u{1b}[2J", "\\x1b]0;title\\x07\\x1b[2J"),
      ("\u{9b}31mred\u{7f}\0", "\\x9b31mred\\x7f\\x00"),
      ("no\r\n2026-01-01T00:00:00Z error forged", "no 2026-01-01T00:00:00Z error forged"),
      ("\n a\tb\u{85}c\u{2028}\u{2029}d\n", " a b c d"),
      ("\u{202e}gpj.exe\u{2066}\u{2069}\u{200f}\u{61c}", "gpj.exe"),
      ("a\u{200b}\u{200c}\u{200d}\u{2060}\u{feff}\u{ad}b\u{e0041}\u{115f}\u{3164}", "ab"),
      ("\u{e000}\u{fffe}\u{10ffff}", "\u{fffd}\u{fffd}\u{fffd}"),
      ("e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}x", "e\u{301}\u{301}\u{301}\u{301}x"),
      ("日本語 👍🏽", "日本語 👍🏽"),
    ])
  func cleaned(text: String, shown: String) {
    #expect(ForeignText.cleaned(text).unicodeScalars.elementsEqual(shown.unicodeScalars))
  }

  @Test("bytes that are no UTF-8 are repaired")
  func bytes() {
    #expect(ForeignText.cleaned(bytes: [0x6e, 0x6f, 0xff, 0x1b, 0x21]) == "no\u{fffd}\\x1b!")
    #expect(ForeignText.cleaned(bytes: [UInt8](repeating: 0x78, count: 5000)).count == ForeignText.limit)
  }

  @Test("the length has a bound, whatever the text is of")
  func bound() {
    for piece in ["x", "\u{1b}", "e\u{301}", "\u{200b}y", "\n z", "👨‍👩‍👧"] {
      let long = String(repeating: piece, count: 10_000)
      for limit in [0, 1, 7, ForeignText.limit] {
        let shown = ForeignText.cleaned(long, limit: limit)
        #expect(shown.unicodeScalars.count <= limit)
        #expect(limit == 0 || shown.hasSuffix("…"))
      }
    }
  }

  @Test("a secret that is echoed is not shown, not even with something invisible in it")
  func secret() {
    #expect(ForeignText.cleaned("key sk_1, sk_1!", hiding: "sk_1") == "key <stream key>, <stream key>!")
    #expect(ForeignText.cleaned("key sk\u{200b}_1", hiding: "sk_1") == "key <stream key>")
  }

  @Test("a value cannot begin another field or another line")
  func logLine() {
    #expect(LogLine.text("live", [("ingest", "rtmp://h/app")]) == "live ingest=rtmp://h/app")
    #expect(
      LogLine.text("closed\nforged", [("reason", "a\" level=\"error\nb\u{1b}[0m"), ("code", "x\"y")])
        == "closed forged reason=\"a' level='error b\\x1b[0m\" code=\"x'y\"")
  }
}
