import Console
import Glibc
import Media

/// Draws a screen on a real terminal and shows each key as an event; `q` quits, Control-Z suspends, `t` traps.
///
/// `--measure` prints what painting costs, `--measure-menu` what a key costs in a menu of 5,000 channels (which needs
/// no terminal). `--ivs` and `--ivs-idle` are the console on a broadcast to Amazon IVS that only looks like one, and
/// `--hostile` is one where every name wants to break the screen.
@main
struct TerminalDemo {
  static func main() {
    let arguments = CommandLine.arguments.dropFirst()
    if arguments.contains("--measure-menu") {
      for line in MenuMeasurement.run(channels: 5000) { print(line) }
      return
    }
    var options = TerminalOptions()
    options.program = "TerminalDemo"
    options.logPath = "/tmp/demo.log"
    do {
      var terminal = try Terminal(options)
      if arguments.contains("--measure") { return measure(&terminal) }
      if arguments.contains("--ivs") {
        DemoConsole.run(&terminal, DemoBroadcast.onAir(channels: 5000))
      } else if arguments.contains("--ivs-idle") {
        DemoConsole.run(&terminal, DemoBroadcast.idle(channels: 5000))
      } else if arguments.contains("--hostile") {
        DemoConsole.run(&terminal, DemoBroadcast.hostile())
      } else {
        run(&terminal)
      }
    } catch {
      print("error: \(error)")
      exit(1)
    }
    print("left cleanly")
  }

  private static func run(_ terminal: inout Terminal) {
    var events: [String] = []
    var paints = 0
    while !terminal.isGone {
      var screen = DemoScreen.make(size: terminal.resize(), traits: terminal.traits)
      for (row, event) in events.suffix(max(0, terminal.size.rows - 10)).enumerated() {
        screen.write(event, column: 0, row: 9 + row, Style())
      }
      screen.write("paints ok", column: 40, row: 0, Style())
      screen.cursor = Position(column: 7, row: 8)
      if case .painted = terminal.draw(screen) { paints += 1 }
      terminal.wait(for: .milliseconds(100))
      while let key = terminal.nextKey() {
        switch key {
        case .character("q"): return
        case .character("t"): trap(paints)
        case .control("z"):
          terminal.suspend()
          events.append("resumed")
        default: events.append("event \(describe(key))")
        }
      }
    }
  }

  private static func describe(_ key: Key) -> String {
    if case .paste(let text) = key {
      return "paste \(text.unicodeScalars.map { $0 == "\n" ? "\\n" : String($0) }.joined())"
    }
    return "\(key)"
  }

  private static func trap(_ paints: Int) {
    // Out of range whatever the number is: what a programmer's mistake does in Swift.
    let empty: [Int] = []
    print(empty[paints])
  }

  /// Paints a picture that changes in every cell, then one that does not change, and prints what it took.
  private static func measure(_ terminal: inout Terminal) {
    let size = terminal.resize()
    var lines: [String] = ["\(size.columns)x\(size.rows) \(terminal.traits.colors)"]
    let pictures = (0..<8).map { DemoScreen.noise(size: size, seed: UInt32($0)) }
    for (name, screens) in [("every cell changes", pictures), ("nothing changes", [pictures[0]])] {
      var times: [Double] = []
      var bytes = 0
      for paint in 0..<48 {
        while case .busy = terminal.draw(screens[paint % screens.count]) {
          terminal.wait(for: .milliseconds(1))
        }
        let before = cpuMilliseconds()
        let result = terminal.draw(screens[(paint + 1) % screens.count])
        times.append(cpuMilliseconds() - before)
        if case .painted(let count) = result { bytes = max(bytes, count) }
      }
      times.sort()
      lines.append("\(name): median \(times[times.count / 2]) ms, worst \(times[times.count - 1]) ms, \(bytes) bytes")
    }
    lines += PictureMeasurement.run(&terminal)
    terminal.yield()
    for line in lines { print(line) }
  }

  static func cpuMilliseconds() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) / 1e6
  }
}
