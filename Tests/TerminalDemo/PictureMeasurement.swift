import Console
import Media

/// What a moving picture costs: in processor time of this thread and in bytes.
enum PictureMeasurement {
  private static let (width, height) = (320, 180)

  /// Paints ten pictures a second of media time, as fast as they come, and answers lines of results.
  static func run(_ terminal: inout Terminal) -> [String] {
    var lines: [String] = []
    let scenes: [(String, Int)] = [
      ("noise alone", 0), ("a box moves over noise", 1), ("everything moves", 2), ("fine detail", 3),
    ]
    for (name, scene) in scenes {
      var renderer = PictureRenderer(traits: terminal.traits)
      var budget = PictureBudget(sshConnection: nil)
      var (rendering, drawing, bytes, changed, whole) = (0.0, 0.0, 0, 0, 0.0)
      let pictures = (0..<20).map { frame($0, scene) }
      for (number, pixels) in pictures.enumerated() {
        let now = MediaTime(milliseconds: Int64(number) * 100)
        let most = number == 0 ? Int.max : budget.affordableCells(at: now)
        let start = TerminalDemo.cpuMilliseconds()
        let picture = renderer.render(
          pixels.span, width: width, height: height, within: terminal.size, changingAtMost: most)
        let middle = TerminalDemo.cpuMilliseconds()
        var screen = Screen(size: terminal.size)
        for row in 0..<picture.size.rows {
          for column in 0..<picture.size.columns {
            screen[Position(column: column, row: row)] = picture.cells[row * picture.size.columns + column]
          }
        }
        while case .busy = terminal.draw(screen) { terminal.wait(for: .milliseconds(1)) }
        let end = TerminalDemo.cpuMilliseconds()
        // The first picture is whole whatever the budget is, to know what that costs.
        guard number > 0 else {
          whole = middle - start
          continue
        }
        rendering += middle - start
        drawing += end - middle
        changed += renderer.change.changed
        bytes = terminal.bytesWritten
        budget.record(
          bytes: renderer.change.changed * 30, changed: renderer.change.changed, wanted: renderer.change.wanted, at: now
        )
      }
      let count = Double(pictures.count - 1)
      lines.append(
        "\(name): whole \(whole) ms; then render \(rendering / count) ms, draw \(drawing / count) ms, "
          + "\(Double(changed) / count) cells, \(bytes) bytes written in all")
    }
    return lines
  }

  private static func frame(_ number: Int, _ scene: Int) -> [UInt8] {
    var state = UInt32(number + 1) &* 2_654_435_761
    var bytes: [UInt8] = []
    bytes.reserveCapacity(width * height * 3)
    let shift = scene >= 2 ? number * 7 : 0
    for y in 0..<height {
      for x in 0..<width {
        state = state &* 1_664_525 &+ 1_013_904_223
        let noise = Int(state >> 28) - 8
        let isBox = scene == 1 && abs(x - 60 - number * 8) < 40 && abs(y - 90) < 50
        let base = ((x + shift) / 3 + (y + shift) / 2) % 200 + 20
        let texture = scene == 3 && (x + shift) / 2 % 3 == 0 && y % 3 != 0 ? 60 : 0
        for channel in 0..<3 {
          bytes.append(UInt8(min(255, max(0, (isBox ? 230 - base / 2 : base) + texture + noise + channel * 8))))
        }
      }
    }
    return bytes
  }
}
