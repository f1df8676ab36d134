import Media
import Testing

@testable import Console

@Suite("Keys from bytes") struct KeyDecoderTests {
  private static let sequences: [(String, Key?)] = [
    ("a", .character("a")), ("€", .character("€")), ("😀", .character("😀")), ("\r", .enter), ("\n", .enter),
    ("\u{7F}", .backspace), ("\u{8}", .backspace), ("\u{1}", .control("a")), ("\u{1A}", .control("z")),
    ("\u{1B}x", .alt("x")), ("\u{1B}é", .alt("é")), ("\u{1B}[A", .up), ("\u{1B}OA", .up), ("\u{1B}[1;5D", .left),
    ("\u{1B}[H", .home), ("\u{1B}[1~", .home), ("\u{1B}[7~", .home), ("\u{1B}[4~", .end), ("\u{1B}[Z", .backTab),
    ("\u{1B}OP", .function(1)), ("\u{1B}[[A", .function(1)), ("\u{1B}[[E", .function(5)), ("\u{1B}[15~", .function(5)),
    ("\u{1B}[24;2~", .function(12)), ("\u{1B}[3~", .delete), ("\u{1B}[2~", .insert), ("\u{1B}[6~", .pageDown),
    ("\u{1B}[<0;1;1M", .mouse(.press, Position(column: 0, row: 0))),
    ("\u{1B}[<64;300;99M", .mouse(.wheelUp, Position(column: 299, row: 98))),
    ("\u{1B}[<0;1;1m", nil), ("\u{1B}[<35;1;1M", nil), ("\u{1B}[I", nil), ("\u{1B}[?1;2c", nil), ("\u{1B}[5;7R", nil),
    ("\u{1B}[1;7R", nil), ("\u{1B}OR", .function(3)), ("\u{1B}[R", .function(3)),
    ("\u{1B}[13~", .function(3)), ("\u{1B}O1;5A", .up), ("\u{1B}[1$A", nil), ("\u{9B}A", .up),
    ("\u{8F}P", .function(1)),
    ("\u{1B}[?2026;0$y", nil), ("\u{1B}[99999999999999999999~", nil), ("\u{1B}[201~", nil), ("\u{1B}[<0;0;0M", nil),
  ]

  @Test("each sequence is its key, whole or byte by byte", arguments: sequences.indices) func keys(index: Int) {
    let (text, key) = Self.sequences[index]
    let bytes = Array(text.utf8)
    var whole = KeyDecoder()
    whole.feed(bytes[...], at: .zero)
    #expect(whole.next(at: .zero) == key)
    #expect(whole.next(at: .zero) == nil)
    var pieces = KeyDecoder()
    var found: [Key] = []
    for byte in bytes {
      pieces.feed([byte], at: .zero)
      if let next = pieces.next(at: .zero) { found.append(next) }
    }
    #expect(found == (key.map { [$0] } ?? []))
  }

  @Test("an escape character alone is the Escape key after 50 ms") func escape() {
    var decoder = KeyDecoder()
    decoder.feed([0x1B], at: .zero)
    #expect(decoder.next(at: MediaTime(milliseconds: 20)) == nil)
    #expect(decoder.timeLeft(at: MediaTime(milliseconds: 20)) == .milliseconds(30))
    #expect(decoder.next(at: MediaTime(milliseconds: 50)) == .escape)
    #expect(decoder.timeLeft(at: MediaTime(milliseconds: 50)) == nil)
  }

  @Test("two escapes are two keys, at once or soon after each other", arguments: [0, 10, 49, 51] as [Int64])
  func twoEscapes(pause: Int64) {
    var decoder = KeyDecoder()
    var found: [Key?] = []
    for time in [0, pause] {
      decoder.feed([0x1B], at: MediaTime(milliseconds: time))
      found.append(decoder.next(at: MediaTime(milliseconds: time)))
    }
    found.append(decoder.next(at: MediaTime(milliseconds: pause + 50)))
    #expect(found.compactMap(\.self) == [.escape, .escape])
  }

  @Test("an escape character with what a control begins with is no key, however long the rest takes")
  func ambiguous() {
    for character in "NOP[]X^_\\" {
      var decoder = KeyDecoder()
      decoder.feed([0x1B, 0x1B] + Array(String(character).utf8), at: .zero)
      #expect(decoder.next(at: .zero) == .escape)
      #expect(decoder.next(at: MediaTime(milliseconds: 60)) == nil)
      #expect(decoder.next(at: MediaTime(milliseconds: 2000)) == nil)
      #expect(decoder.timeLeft(at: MediaTime(milliseconds: 2000)) == nil)
      decoder.feed([0x71], at: MediaTime(milliseconds: 2001))
      #expect(decoder.next(at: MediaTime(milliseconds: 2001)) == .character("q"))
    }
  }

  @Test("a paste is one event, in whatever pieces, without control characters", arguments: [1, 2, 3, 5, 100])
  func paste(piece: Int) {
    let bytes = Array("\u{1B}[200~rtmps://host\r\nk\u{1B}[31mey\u{7}\tü\u{85}\u{1B}[201~z".utf8)
    var decoder = KeyDecoder()
    var found: [Key] = []
    for start in stride(from: 0, to: bytes.count, by: piece) {
      decoder.feed(bytes[start..<min(bytes.count, start + piece)], at: .zero)
      while let key = decoder.next(at: .zero) { found.append(key) }
    }
    #expect(found == [.paste("rtmps://host\nk[31mey\tü"), .character("z")])
  }

  @Test("a paste without an end is bounded in size and in time") func endlessPaste() {
    var decoder = KeyDecoder()
    decoder.feed(Array("\u{1B}[200~".utf8)[...], at: .zero)
    for _ in 0..<100 {
      decoder.feed([UInt8](repeating: 0x61, count: 4096)[...], at: .zero)
      #expect(decoder.next(at: .zero) == nil)
    }
    guard case .paste(let text) = decoder.next(at: MediaTime(milliseconds: 2000)) else {
      Issue.record("no paste after two seconds")
      return
    }
    #expect(text.utf8.count == 65_536)
    decoder.feed([0x71], at: MediaTime(milliseconds: 2001))
    #expect(decoder.next(at: MediaTime(milliseconds: 2001)) == .character("q"))
  }

  @Test("two presses at one place soon after each other are a double click") func doubleClick() {
    var decoder = KeyDecoder()
    let press = Array("\u{1B}[<0;2;2M\u{1B}[<0;2;2m".utf8)
    let place = Position(column: 1, row: 1)
    var found: [Key] = []
    for milliseconds in [0, 200, 300, 900] as [Int64] {
      decoder.feed(press[...], at: MediaTime(milliseconds: milliseconds))
      while let key = decoder.next(at: MediaTime(milliseconds: milliseconds)) { found.append(key) }
    }
    #expect(
      found == [.mouse(.press, place), .mouse(.doubleClick, place), .mouse(.press, place), .mouse(.press, place)])
  }

  @Test("the terminal's answers are remembered") func answers() {
    var decoder = KeyDecoder(expectsAnswer: true)
    #expect(!decoder.hasAnswered && !decoder.hasSynchronizedOutput)
    decoder.feed(Array("\u{1B}[?2026;2$y\u{1B}[?62;4c".utf8)[...], at: .zero)
    #expect(decoder.next(at: .zero) == nil)
    #expect(decoder.hasAnswered && decoder.hasSynchronizedOutput)
  }
}
