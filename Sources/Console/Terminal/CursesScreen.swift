internal import CNcurses
internal import Glibc

/// A whole screen in ncurses, which makes the bytes that turn the last one into the next.
@safe final class CursesScreen {
  private let output: PaintOutput
  private let screen: OpaquePointer
  private var pairs: ColorPairs
  private var cells = CellRow()
  /// What the terminal shows once all output has reached it.
  private var shown: Screen?
  private var size: ScreenSize

  /// Opens the terminal of a type, with a description of its own if there is one.
  init(type: String, description: String?, colors: TerminalTraits.Colors, size: ScreenSize) throws(TerminalError) {
    output = try PaintOutput()
    self.size = size
    // ncurses takes a description from the environment alone.
    let before = unsafe getenv("TERMINFO").map { unsafe String(cString: $0) }
    if let description { unsafe setenv("TERMINFO", description, 1) }
    let opened = unsafe cncurses_open(type, output.stream, output.stream)
    if description != nil {
      if let before { unsafe setenv("TERMINFO", before, 1) } else { unsafe unsetenv("TERMINFO") }
    }
    guard let opened = unsafe opened else { throw .unknownType(type) }
    unsafe screen = opened
    pairs = ColorPairs(colors: colors)
    guard Self.string("cup") != nil, Self.string("clear") != nil else {
      unsafe delscreen(opened)
      throw .notCapable(type)
    }
    typeahead(-1)
    nonl()
    resizeterm(Int32(size.rows), Int32(size.columns))
    pairs.start()
  }

  deinit { unsafe delscreen(screen) }

  /// A string of the terminal's description, without padding.
  static func string(_ name: String) -> String? {
    guard let found = unsafe cncurses_string(name) else { return nil }
    return unsafe String(cString: found)
  }

  /// The escape sequences that leave the terminal as a shell expects it.
  static var restoring: String {
    ["sgr0", "op", "cnorm", "rmkx", "rmcup"].compactMap(string).joined()
  }

  /// Takes a new size; the next drawing is whole.
  func resize(to size: ScreenSize) {
    self.size = size
    resizeterm(Int32(size.rows), Int32(size.columns))
    redraw()
  }

  /// Makes the next drawing whole: nothing is known of what the terminal shows.
  func redraw() {
    shown = nil
    unsafe clearok(cncurses_current(), true)
  }

  /// Leaves the full screen; the next drawing enters it again.
  func leave(into bytes: inout [UInt8]) {
    endwin()
    output.move(to: &bytes)
    redraw()
  }

  /// Whether the screen is drawn already.
  func shows(_ next: Screen) -> Bool { shown == next }

  /// Appends the bytes that show the next screen.
  func draw(_ next: Screen, into bytes: inout [UInt8]) {
    if !put(next, isLastAttempt: false) {
      // No colour pairs are left: all are given back, and everything is drawn with new ones.
      pairs.reset()
      shown = nil
      _ = put(next, isLastAttempt: true)
    }
    placeCursor(next.cursor)
    unsafe wnoutrefresh(cncurses_window())
    doupdate()
    shown = next
    output.move(to: &bytes)
  }

  /// Hands the changed cells to ncurses; false when the colour pairs did not suffice.
  private func put(_ next: Screen, isLastAttempt: Bool) -> Bool {
    let last = shown?.size == next.size ? shown : nil
    if last == nil { unsafe werase(cncurses_window()) }
    let columns = min(next.size.columns, size.columns)
    for row in 0..<min(next.size.rows, size.rows) {
      let start = row * next.size.columns
      let end = start + columns
      var position = start
      while let run = last.map({ Self.changedRun($0.cells, next.cells, position..<end, row: start) })
        ?? (position == start ? start..<end : nil)
      {
        let hasColors = cells.put(next.cells[run.lowerBound..<end], run.count, &pairs)
        cells.write(row: row, column: run.lowerBound - start)
        guard hasColors || isLastAttempt else { return false }
        position = run.upperBound
        if position >= end { break }
      }
    }
    return true
  }

  /// The next run of changed cells, widened to whole wide glyphs; it ends before eight cells that are as they were.
  private static func changedRun(_ old: [Cell], _ new: [Cell], _ range: Range<Int>, row start: Int) -> Range<Int>? {
    guard var first = range.first(where: { old[$0] != new[$0] }) else { return nil }
    var end = first + 1
    var index = end
    while index < range.upperBound, index - end < 8 {
      if old[index] != new[index] { end = index + 1 }
      index += 1
    }
    while first > start, new[first].glyph.isEmpty || old[first].glyph.isEmpty { first -= 1 }
    while end < range.upperBound, new[end].glyph.isEmpty || old[end].glyph.isEmpty { end += 1 }
    return first..<end
  }

  private func placeCursor(_ cursor: Position?) {
    let window = unsafe cncurses_window()
    guard let cursor, (0..<size.columns).contains(cursor.column), (0..<size.rows).contains(cursor.row) else {
      unsafe leaveok(window, true)
      curs_set(0)
      return
    }
    unsafe leaveok(window, false)
    unsafe wmove(window, Int32(cursor.row), Int32(cursor.column))
    curs_set(1)
  }
}
