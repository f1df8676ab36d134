import Console
import Interface

/// What a key costs in the menu of channels of a large account, from the key to the screen that shows it.
enum MenuMeasurement {
  private static let keys: [Key] =
    [.character("n")] + "studio-04".map { .character($0) } + Array(repeating: .backspace, count: 9)
    + "IVS BASIC".map { .character($0) } + [.control("u"), .end, .up, .pageUp, .home, .down, .pageDown]
    + "zzz".map { .character($0) } + [.escape] + "bühne".map { .character($0) } + [.escape, .escape]

  /// Presses keys on terminals of two sizes and answers lines of results.
  static func run(channels count: Int) -> [String] {
    let status = DemoBroadcast.idle(channels: count)
    var lines: [String] = []
    for size in [ScreenSize(columns: 80, rows: 24), ScreenSize(columns: 160, rows: 45)] {
      var reducer = Reducer(
        state: ConsoleState(
          size: size, settings: ConsoleSettings(traits: TerminalTraits(colors: .trueColor, glyphs: .full))))
      lines.append("\(size.columns)x\(size.rows), \(count) channels")
      lines.append(result("first list", [taking { _ = reducer.handle(.status(status)) }]))
      var times: [Double] = []
      for _ in 0..<5 {
        for key in keys {
          times.append(
            taking {
              _ = reducer.handle(.key(key))
              _ = ConsoleView.screen(reducer.state)
            })
        }
      }
      lines.append(result("key to screen", times))
      // As a broadcaster in another process sends it: equal, and not the same memory.
      let copies = (0..<20).map { _ in DemoBroadcast.idle(channels: count) }
      lines.append(result("the same list again", copies.map { copy in taking { _ = reducer.handle(.status(copy)) } }))
    }
    return lines
  }

  private static func taking(_ work: () -> Void) -> Double {
    let start = TerminalDemo.cpuMilliseconds()
    work()
    return TerminalDemo.cpuMilliseconds() - start
  }

  private static func result(_ name: String, _ times: [Double]) -> String {
    let sorted = times.sorted()
    func text(_ time: Double) -> String { "\((time * 100).rounded() / 100) ms" }
    return
      "  \(name): median \(text(sorted[sorted.count / 2])), worst \(text(sorted[sorted.count - 1])) of \(sorted.count)"
  }
}
