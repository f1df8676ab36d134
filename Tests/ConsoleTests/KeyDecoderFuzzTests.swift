import Media
import TestSupport
import Testing

@testable import Console

@Suite("Keys from random bytes") struct KeyDecoderFuzzTests {
  @Test("answers one after another, some cut short, in random pieces: never a key")
  func answers() async {
    await Fuzz("terminal answers", count: 1000).run { random in
      var bytes: [UInt8] = []
      for _ in 0...random.below(5) {
        // What is cut short is ended by the next escape character alone.
        let isWhole = random.below(3) > 0
        let answers = isWhole ? TerminalAnswers.all : TerminalAnswers.sevenBit
        let answer = answers[random.below(answers.count)]
        if bytes.isEmpty || answer[0] == 0x1B { bytes += isWhole ? answer[...] : answer.prefix(2 + random.below(30)) }
      }
      var decoder = KeyDecoder()
      var found: [Key] = []
      var position = 0
      while position < bytes.count {
        let end = min(bytes.count, position + 1 + random.below(8))
        decoder.feed(bytes[position..<end], at: .zero)
        while let key = decoder.next(at: .zero) { found.append(key) }
        position = end
      }
      while let key = decoder.next(at: MediaTime(milliseconds: 10_000)) { found.append(key) }
      #expect(found == [], "\(bytes)")
      #expect(!decoder.isInside)
    }
  }

  @Test("random bytes in random pieces: bounded memory, no more keys than bytes, and all that begins ends")
  func garbage() async {
    let frequent =
      Array("\u{1B}\u{1B}[]OPNX^_\\<;0123~Mm\u{7}\u{18}200~201~".utf8) + [0x9B, 0x9D, 0x90, 0x9C, 0xC2, 0xE2, 0x80]
    await Fuzz("keys", count: 400).run { random in
      var decoder = KeyDecoder()
      var time: Int64 = 0
      var (bytes, keys) = (0, 0)
      for _ in 0..<random.below(40) {
        let piece = (0..<random.below(30)).map { _ in
          random.below(3) == 0 ? UInt8(truncatingIfNeeded: random.next()) : frequent[random.below(frequent.count)]
        }
        bytes += piece.count
        decoder.feed(piece[...], at: MediaTime(milliseconds: time))
        while decoder.next(at: MediaTime(milliseconds: time)) != nil { keys += 1 }
        #expect(decoder.held <= PasteCollector.limit + InputState.longestBody + 1 + ControlString.longestHead)
        time += random.below(4) == 0 ? Int64(random.below(3000)) : 0
      }
      #expect(keys <= bytes)
      while decoder.next(at: MediaTime(milliseconds: time + 10_000)) != nil {}
      #expect(!decoder.isInside && decoder.held == 0)
      #expect(decoder.timeLeft(at: MediaTime(milliseconds: time + 10_000)) == nil)
      decoder.feed([0x71], at: MediaTime(milliseconds: time + 20_000))
      #expect(decoder.next(at: MediaTime(milliseconds: time + 20_000)) == .character("q"))
    }
  }
}
