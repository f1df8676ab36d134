import Media
import Testing

@testable import Console

@Suite("A line that is typed unseen")
struct SecretLineTests {
  @Test(
    "ends with what was typed, without what a terminal answered meanwhile",
    arguments: [
      ("sk_x\r", SecretLine.End.entered("sk_x")), ("\r", .entered("")), ("sk_xy\u{7F}\r", .entered("sk_x")),
      ("\u{7F}\u{7F}a\r", .entered("a")), ("half\u{3}", .givenUp), ("half\u{4}", .givenUp), ("half\u{1C}", .givenUp),
      ("sk\u{1B}]11;rgb:1e1e/1e1e/1e1e\u{1B}\\_x\r", .entered("sk_x")), ("\u{1B}[?62;22csk_x\r", .entered("sk_x")),
      ("\u{1B}P>|tmux 3.3a\u{1B}\\\u{1B}[24;80Rsk_x\r", .entered("sk_x")),
      ("\u{1B}[200~sk_x\u{1B}[201~\r", .entered("sk_x")), ("s\u{1B}[Ak_x\r", .entered("sk_x")),
    ] as [(String, SecretLine.End)])
  func ends(typed: String, end: SecretLine.End) {
    var whole = SecretLine()
    #expect(whole.feed(Array(typed.utf8)[...], at: .zero) == end)
    // And in whatever pieces it comes.
    var line = SecretLine()
    var ended: SecretLine.End?
    for byte in typed.utf8 where ended == nil { ended = line.feed([byte], at: .zero) }
    #expect(ended == end)
  }

  @Test("what is longer than any key is none")
  func long() {
    var line = SecretLine()
    #expect(line.feed([UInt8](repeating: 0x61, count: 5000)[...], at: .zero) == .givenUp)
  }
}
