import Console
import Glibc
import Testing

/// In this process: ncurses has one terminal, so these run one after the other.
@Suite("A slow terminal", .serialized) struct SlowTerminalTests {
  init() {
    unsafe setenv("TERM", "xterm-256color", 1)
    unsafe setenv("LC_ALL", "C.UTF-8", 1)
    for name in ["NO_COLOR", "COLORTERM"] { unsafe unsetenv(name) }
  }

  @Test("is not waited for; what it missed is skipped, and then all is drawn") func stalled() throws {
    let far = PseudoTerminal()
    var terminal = try Terminal(path: far.path)
    var results: [Paint] = []
    let clock = ContinuousClock()
    for number in 0..<12 {
      let took = clock.measure { results.append(terminal.draw(noise(number, terminal.size))) }
      // Nobody reads: a draw that waits would wait for ever. Making the bytes takes its time in a debug build.
      #expect(took < .seconds(3))
    }
    #expect(results.last == .busy)
    let deadline = clock.now + .seconds(5)
    let last = noise(99, terminal.size)
    while terminal.draw(last) != .unchanged, clock.now < deadline { far.read() }
    #expect(terminal.draw(last) == .unchanged)
  }

  @Test("that hangs up is reported, and leaving it does not take long") func hungUp() throws {
    let far = PseudoTerminal()
    let clock = ContinuousClock()
    let took = try clock.measure {
      var terminal = try Terminal(path: far.path)
      terminal.draw(Screen(size: terminal.size))
      far.hangUp()
      while terminal.nextKey() != nil {}
      #expect(terminal.draw(noise(1, terminal.size)) == .gone)
      let isGone = terminal.isGone
      #expect(isGone)
    }
    #expect(took < .seconds(1))
  }

  @Test("an unchanged screen sends nothing, and a changed cell little") func differences() throws {
    let far = PseudoTerminal()
    var terminal = try Terminal(path: far.path)
    var screen = Screen(size: terminal.size)
    terminal.draw(screen)
    far.read()
    #expect(terminal.draw(screen) == .unchanged)
    #expect(far.read().isEmpty)
    screen[Position(column: 80, row: 20)].glyph = "x"
    guard case .painted(let bytes) = terminal.draw(screen) else {
      Issue.record("nothing was painted")
      return
    }
    #expect(bytes < 20)
  }

  @Test("paints are marked as one where the terminal says that it can") func synchronized() throws {
    let far = PseudoTerminal()
    var terminal = try Terminal(path: far.path)
    terminal.draw(Screen(size: terminal.size))
    let question = String(decoding: far.read(), as: UTF8.self)
    #expect(question.contains("\u{1B}[?2026$p\u{1B}[c"))
    far.type("x\u{1B}[?2026;2$y\u{1B}[?62;22cy")
    var keys: [Key] = []
    while let key = terminal.nextKey() { keys.append(key) }
    #expect(keys == [.character("x"), .character("y")])
    var screen = Screen(size: terminal.size)
    screen[Position(column: 3, row: 3)].glyph = "x"
    terminal.draw(screen)
    let paint = String(decoding: far.read(), as: UTF8.self)
    #expect(paint.hasPrefix("\u{1B}[?2026h"))
    #expect(paint.hasSuffix("\u{1B}[?2026l"))
  }

  @Test("modes are given back and everything is turned off") func modes() throws {
    let far = PseudoTerminal()
    let before = far.modes
    do {
      var terminal = try Terminal(path: far.path)
      terminal.draw(Screen(size: terminal.size))
      #expect(far.modes != before)
      far.read()
      far.type("\u{1B}[?62c")
    }
    #expect(far.modes == before)
    let last = String(decoding: far.read(), as: UTF8.self)
    for sequence in ["\u{1B}[?2004l", "\u{1B}[?1000l", "\u{1B}[?1006l", "\u{1B}[?1049l", "\u{1B}[?25h"] {
      #expect(last.contains(sequence) || sequence == "\u{1B}[?25h" && last.contains("?12l"))
    }
  }

  @Test("colours are there for each terminal that is opened", arguments: 1...3) func colors(time: Int) throws {
    let far = PseudoTerminal()
    var terminal = try Terminal(path: far.path)
    var screen = Screen(size: terminal.size)
    terminal.draw(screen)
    far.read()
    screen[Position(column: time, row: 3)].style = Style(on: .rgb(red: 255, green: 0, blue: 0))
    terminal.draw(screen)
    #expect(String(decoding: far.read(), as: UTF8.self).contains("\u{1B}[48;5;196m"))
  }

  @Test("more colours than ncurses has pairs for are no obstacle") func manyColors() throws {
    let far = PseudoTerminal()
    var options = TerminalOptions()
    options.path = far.path
    options.colors = .trueColor
    var terminal = try Terminal(options)
    #expect(terminal.traits.colors == .trueColor)
    for number in 0..<3 {
      let screen = noise(number, terminal.size)
      while terminal.draw(screen) == .busy { far.read() }
      let deadline = ContinuousClock.now + .seconds(5)
      while terminal.draw(screen) != .unchanged, ContinuousClock.now < deadline { far.read() }
      #expect(terminal.draw(screen) == .unchanged)
    }
  }
}

extension Terminal {
  fileprivate init(path: String) throws {
    var options = TerminalOptions()
    options.path = path
    try self.init(options)
  }
}

/// A screen with a colour of its own in each cell.
private func noise(_ seed: Int, _ size: ScreenSize) -> Screen {
  var screen = Screen(size: size)
  var state = UInt64(seed) &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
  for row in 0..<size.rows {
    for column in 0..<size.columns {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let bytes = (0..<6).map { UInt8(truncatingIfNeeded: state >> (16 + 8 * $0)) }
      var cell = Cell.blank
      cell.glyph = "▀"
      cell.style = Style(
        .rgb(red: bytes[0], green: bytes[1], blue: bytes[2]), on: .rgb(red: bytes[3], green: bytes[4], blue: bytes[5]))
      screen[Position(column: column, row: row)] = cell
    }
  }
  return screen
}
