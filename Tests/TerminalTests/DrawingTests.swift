import Foundation
import TestSupport
import Testing

@Suite("Drawing on a real terminal") struct DrawingTests {
  @Test("glyphs stand where the screen has them, wide ones too") func glyphs() async throws {
    let demo = try await Demo()
    let screen = try await demo.tmux.screen()
    let rows = screen.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    #expect(rows[0].hasPrefix("terminal 80x24"))
    #expect(rows[5] == "カメラ|after wide")
    #expect(rows[6].hasPrefix("bad?[31m??end       cafe\u{301} end"))
    #expect(rows[7] == "x?y?z-???!")
    #expect(try await demo.tmux.fact("cursor_x") == "7")
    #expect(try await demo.tmux.fact("cursor_y") == "8")
  }

  @Test("no name breaks the console's screen: each frame stands, nothing else is said to the terminal")
  func hostileNames() async throws {
    let tmux = try await Tmux(columns: 120, rows: 40, command: "\(Demo.path) --hostile")
    try await tmux.wait(for: "OFF AIR")
    let title = try await tmux.fact("pane_title")
    func expectFrames(_ screen: String) {
      let rows = screen.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      for row in rows[4..<39] {
        #expect("╮│╯".contains(row.last ?? " ") && "╭│╰".contains(row.first ?? " "), "\(row)")
      }
      #expect(
        !screen.unicodeScalars.contains { (0x7F..<0xA0).contains($0.value) || $0.properties.generalCategory == .format }
      )
    }
    expectFrames(try await tmux.wait(for: "? help"))
    for (key, text) in [("b", "Go live?"), ("c", "[Camera]"), ("n", "[Channel]"), ("u", "[")] {
      try await tmux.press(key)
      expectFrames(try await tmux.wait(for: text))
      try await tmux.press("Escape")
      try await tmux.wait("closed") { text == "[" || !$0.contains(text) }
    }
    #expect(try await tmux.fact("pane_title") == title)
    #expect(try await tmux.fact("pane_dead") == "0")
  }

  @Test("attributes and named colours are sent as such") func attributes() async throws {
    let demo = try await Demo()
    let screen = try await demo.tmux.styledScreen()
    for sequence in [
      "\u{1B}[1m\u{1B}[39m\u{1B}[49mbold", "\u{1B}[2mdim", "\u{1B}[7mreversed", "\u{1B}[4munderlined", "\u{1B}[31mred",
    ] {
      #expect(screen.contains(sequence))
    }
  }

  struct Kind: Sendable, CustomTestStringConvertible {
    var variables: [String: String]
    var traits: String
    var color: String?
    var testDescription: String { variables.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }.joined(separator: " ") }
  }

  @Test(
    "each terminal gets what it can show",
    arguments: [
      Kind(variables: ["TERM": "xterm-256color"], traits: "colors palette256 glyphs full", color: "38;5;"),
      Kind(
        variables: ["TERM": "xterm-256color", "COLORTERM": "truecolor"], traits: "colors trueColor glyphs full",
        color: "38;2;0;255;128"),
      Kind(
        variables: ["TERM": "tmux-256color", "COLORTERM": "truecolor"], traits: "colors trueColor glyphs full",
        color: "38;2;0;255;128"),
      Kind(variables: ["TERM": "alacritty-next"], traits: "colors palette256 glyphs full", color: "38;5;"),
      Kind(variables: ["TERM": "screen"], traits: "colors eight glyphs full", color: "42m"),
      Kind(variables: ["TERM": "linux"], traits: "colors eight glyphs blocks", color: "42m"),
      Kind(variables: ["TERM": "vt100"], traits: "colors mono glyphs blocks"),
      Kind(variables: ["NO_COLOR": "1"], traits: "colors mono glyphs full"),
      Kind(variables: ["LC_ALL": "C"], traits: "colors palette256 glyphs ascii", color: "38;5;"),
    ])
  func kinds(kind: Kind) async throws {
    let demo = try await Demo(environment: kind.variables)
    let screen = try await demo.tmux.styledScreen()
    #expect(screen.contains(kind.traits))
    if let color = kind.color {
      #expect(screen.contains(color))
    } else {
      for number in 30...47 where number != 38 && number != 39 { #expect(!screen.contains("\u{1B}[\(number)m")) }
      #expect(!screen.contains("\u{1B}[38;"))
    }
    try await demo.tmux.press("q")
    try await demo.tmux.wait(for: "left cleanly")
    #expect(try await demo.isSane())
  }

  @Test("sixteen colours are used where there are so many") func sixteen() async throws {
    let folder = try TemporaryDirectory()
    let source = try folder.write(
      "test16|sixteen colours, colors#16, pairs#256, setaf=\\E[%?%p1%{8}%<%t3%p1%d%e%p1%{82}%+%d%;m,"
        + " setab=\\E[%?%p1%{8}%<%t4%p1%d%e%p1%{92}%+%d%;m, use=xterm,\n", to: "test16.ti")
    try await Tool.run("tic", ["-x", "-o", folder.url.path, source.path])
    let demo = try await Demo(environment: ["TERM": "test16", "TERMINFO": folder.url.path])
    let screen = try await demo.tmux.styledScreen()
    #expect(screen.contains("colors sixteen"))
    #expect(screen.contains("\u{1B}[9") || screen.contains("\u{1B}[10"))
  }

  @Test("a terminal that cannot place its cursor is refused in words") func dumb() async throws {
    for (type, words) in [("dumb", "TERM=dumb cannot place its cursor"), ("nonsense", "no terminal description")] {
      let tmux = try await Tmux(environment: ["TERM": type])
      try await tmux.run(Demo.path)
      try await tmux.wait(for: "error: ")
      #expect(try await tmux.screen().contains(words))
    }
  }

  @Test("without a terminal it says what to use") func noTerminal() async throws {
    let result = try await Tool.attempt(Demo.path, [])
    #expect(result.termination == .exit(1))
    #expect(result.text.contains("the console needs a terminal"))
  }

  @Test("the size is followed, smaller and larger") func resize() async throws {
    let demo = try await Demo(columns: 200, rows: 60)
    try await demo.tmux.wait(for: "terminal 200x60")
    try await demo.tmux.resize(columns: 40, rows: 12)
    let small = try await demo.tmux.wait(for: "terminal 40x12")
    #expect(small.contains("カメラ|after wide"))
    try await demo.tmux.resize(columns: 120, rows: 30)
    let large = try await demo.tmux.wait(for: "terminal 120x30")
    #expect(large.contains("paints ok"))
    #expect(large.split(separator: "\n").count { $0.contains("カメラ") } == 1)
  }
}
