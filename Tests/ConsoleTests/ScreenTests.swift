import Console
import Testing

@Suite("Screen") struct ScreenTests {
  @Test("cells outside are ignored") func outside() {
    var screen = Screen(size: ScreenSize(columns: 2, rows: 1))
    screen[Position(column: 5, row: 0)] = .blank
    #expect(screen.cells.count == 2)
  }
}
