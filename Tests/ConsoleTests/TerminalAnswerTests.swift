import Media
import Testing

@testable import Console

@Suite("A terminal's answers are no keys") struct TerminalAnswerTests {
  /// The keys of pieces that come one after another, then of a `q` a while later.
  private func keys(_ pieces: [[UInt8]], pause: Int64) -> [Key] {
    var decoder = KeyDecoder()
    var found: [Key] = []
    var time: Int64 = 0
    func look() { while let key = decoder.next(at: MediaTime(milliseconds: time)) { found.append(key) } }
    for piece in pieces {
      decoder.feed(piece[...], at: MediaTime(milliseconds: time))
      look()
      time += pause
      look()
    }
    decoder.feed([0x71], at: MediaTime(milliseconds: time))
    look()
    return found
  }

  @Test("whole, and right before a key") func whole() {
    for answer in TerminalAnswers.all { #expect(keys([answer], pause: 0) == [.character("q")], "\(answer)") }
  }

  @Test("byte by byte") func bytes() {
    for answer in TerminalAnswers.all {
      #expect(keys(answer.map { [$0] }, pause: 0) == [.character("q")], "\(answer)")
      // The escape character alone with its pause is the key of that name; the rest is asked about below.
      let begin = answer[0] == 0x1B ? [Array(answer.prefix(2))] : [[answer[0]]]
      let pieces = begin + answer.dropFirst(begin[0].count).map { [$0] }
      #expect(keys(pieces, pause: 60) == [.character("q")], "\(answer)")
    }
  }

  @Test("cut anywhere, with a pause of a tenth or of nearly two seconds", arguments: [100, 1900] as [Int64])
  func cut(pause: Int64) {
    for answer in TerminalAnswers.all {
      for place in 1..<answer.count where answer[..<place] != [0x1B] {
        let pieces = [Array(answer[..<place]), Array(answer[place...])]
        #expect(keys(pieces, pause: pause) == [.character("q")], "\(answer) cut at \(place)")
      }
    }
  }

  @Test("cut behind its escape character: that is the Escape key, and the rest is none")
  func cutBehindEscape() {
    for text in ["\u{1B}]11;rgb:1b1b/2b2b/3b3b\u{1B}\\", "\u{1B}[?62;4c", "\u{1B}[24;80R", "\u{1B}P1$r0m\u{1B}\\"] {
      let answer = Array(text.utf8)
      #expect(keys([[0x1B], Array(answer[1...])], pause: 100) == [.escape, .character("q")], "\(answer)")
    }
    // Who presses Escape and then a bracket twice means that.
    #expect(keys([[0x1B], Array("[".utf8), Array("[".utf8)], pause: 100).count == 4)
  }

  @Test("one that never ends is waited for two seconds, or five while something comes") func endless() {
    for begin in ["\u{1B}]11;", "\u{1B}P", "\u{1B}_", "\u{1B}[", "\u{1B}O", "\u{1B}[M", "\u{1B}N", "\u{E000}"] {
      var decoder = KeyDecoder()
      decoder.feed(Array(begin.utf8)[...].dropLast(begin == "\u{E000}" ? 1 : 0), at: .zero)
      #expect(decoder.next(at: MediaTime(milliseconds: 1999)) == nil)
      #expect(decoder.isInside)
      #expect(decoder.timeLeft(at: MediaTime(milliseconds: 1999)) == .milliseconds(1))
      #expect(decoder.next(at: MediaTime(milliseconds: 2000)) == nil)
      #expect(!decoder.isInside)
    }
    var typed = KeyDecoder()
    typed.feed(Array("\u{1B}]".utf8)[...], at: .zero)
    #expect(typed.next() == nil)
    var found: [Key] = []
    for tenth in 1...70 as ClosedRange<Int64> {
      typed.feed([0x61], at: MediaTime(milliseconds: tenth * 100))
      while let key = typed.next(at: MediaTime(milliseconds: tenth * 100 + 60)) { found.append(key) }
    }
    #expect(found.count == 20)
  }

  @Test("one of more bytes than any has ends at the first pause, not within") func flood() {
    var decoder = KeyDecoder()
    decoder.feed(Array("\u{1B}]52;c;".utf8)[...], at: .zero)
    for _ in 0..<40 {
      decoder.feed([UInt8](repeating: 0x62, count: 4096)[...], at: .zero)
      #expect(decoder.next(at: .zero) == nil)
      #expect(decoder.held == ControlString.longestHead)
    }
    #expect(decoder.next(at: MediaTime(milliseconds: 50)) == nil)
    decoder.feed([0x71], at: MediaTime(milliseconds: 51))
    #expect(decoder.next(at: MediaTime(milliseconds: 51)) == .character("q"))
  }

  @Test("a character of several bytes that is cut short is no key, in time or by another") func cutCharacter() {
    for text in ["é", "€", "😀"] {
      let bytes = Array(text.utf8)
      for count in 1..<bytes.count {
        let begin = Array(bytes[..<count])
        #expect(keys([begin], pause: 2000) == [.character("q")])
        #expect(keys([begin + begin, bytes], pause: 0) == [.character(Character(text)), .character("q")])
        #expect(keys([begin, Array(bytes[count...])], pause: 500) == [.character(Character(text)), .character("q")])
      }
    }
  }
}
