import Interface
import Settings
import Testing

@testable import Console

@Suite("Text in columns") struct TextTests {
  @Test(
    "a character takes as many columns as a terminal gives it",
    arguments: [
      ("a", 1), ("é", 1), ("e\u{301}", 1), ("\u{301}", 0), ("\u{200B}", 0), ("\u{7}", 0), ("日", 2), ("ｶ", 1),
      ("カ", 2), ("한", 2), ("，", 2), ("🎥", 2), ("👩‍💻", 2), ("🇩🇪", 2), ("❤\u{FE0F}", 2), ("█", 1), ("●", 1), ("…", 1),
      ("\u{3000}", 2), ("\u{1F600}", 2), ("ß", 1), ("ا", 1),
    ] as [(String, Int)])
  func width(text: String, expected: Int) {
    #expect(columns(of: text) == expected)
  }

  @Test("cutting never exceeds the limit and never halves a wide character") func cutting() {
    #expect(cut("camera", to: 6) == "camera")
    #expect(cut("cameras", to: 6) == "camer…")
    #expect(cut("カメラ", to: 5) == "カメ…")
    #expect(cut("カメラ", to: 4) == "カ…")
    #expect(cut("camera", to: 0) == "")
    #expect(cut("cameras", to: 6, ellipsis: "~") == "camer~")
    for limit in 0...20 { #expect(columns(of: cut("USB カメラ 🎥 (1080p)", to: limit)) <= limit) }
  }

  @Test("padding counts columns, not characters") func padding() {
    #expect(padded("カメ", to: 6) == "カメ  ")
  }

  @Test("lines break at spaces, and long words where they must") func wrapping() {
    #expect(wrapped("one two three", to: 7) == ["one two", "three"])
    #expect(wrapped("abcdefghij", to: 4) == ["abcd", "efgh", "ij"])
    #expect(wrapped("abcde", to: 4) == ["abcd", "e"])
    #expect(wrapped("", to: 4).isEmpty)
  }

  @Test("figures carry their units") func figures() {
    #expect(Figures.bitrate(850) == "850 kbit/s")
    #expect(Figures.bitrate(2487) == "2487 kbit/s")
    #expect(Figures.bytes(1_412_000_000) == "1.41 GB")
    #expect(Figures.clock(4353) == "01:12:33")
    #expect(Figures.decimal(-0.04, digits: 1) == "0.0")
    #expect(Figures.decimal(9.96, digits: 1) == "10.0")
    #expect(Figures.decimal(.nan, digits: 1) == "-")
    #expect(Figures.gain(3) == "+3 dB")
  }

  @Test("an unknown word is answered with the one that was meant") func suggestions() {
    #expect(suggestion(for: "mutte", among: ["mute", "mark"]) == "mute")
    #expect(suggestion(for: "muet", among: ["mute", "mark"]) == "mute", "two letters were swapped")
    #expect(suggestion(for: "zzzzzz", among: ["mute", "mark"]) == nil)
  }

  @Test("without Unicode every cell is ASCII, and every text as wide as before") func ascii() {
    var canvas = Canvas(size: ScreenSize(columns: 12, rows: 1), look: Look(Samples.plain))
    canvas.put("カメラ … é", in: canvas.bounds)
    #expect(Snapshot.glyphs(canvas.screen) == "?????? ~ ?\n")
  }

  @Test("a wide character that is covered half leaves a blank, not half of itself") func halves() {
    var canvas = Canvas(size: ScreenSize(columns: 4, rows: 1), look: Look(Samples.full))
    canvas.put("カメ", in: canvas.bounds)
    canvas.put(Cell(glyph: "x", style: Style()), column: 1, row: 0)
    #expect(canvas.screen.cells.map(\.glyph) == [" ", "x", "メ", ""])
    canvas.put(Cell(glyph: "y", style: Style()), column: 2, row: 0)
    #expect(canvas.screen.cells.map(\.glyph) == [" ", "x", "y", " "])
  }
}
