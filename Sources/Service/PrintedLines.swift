internal import Media

/// What drivers and libraries print, made fit for a log: clean lines of bounded length and number.
///
/// Pure.
public struct PrintedLines {
  /// A longer line is cut.
  static let longestLine = 300
  /// So many lines are taken within ``window``; those beyond are counted.
  static let mostLines = 10
  static let window = Duration.seconds(10)

  private var line: [UInt8] = []
  private var windowStart: Duration?
  private var lines = 0
  private var leftOut = 0

  /// Nothing was printed yet.
  public init() {}

  /// Takes what was printed at `now`, on any clock that does not go back; answers the lines that are to be written.
  public mutating func take(_ bytes: some Sequence<UInt8>, at now: Duration) -> [String] {
    var ready: [String] = []
    for byte in bytes {
      if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
        end(at: now, &ready)
      } else if line.count < 4 * Self.longestLine {
        line.append(byte)
      }
    }
    return ready
  }

  /// What is still to be written when nothing more comes.
  public mutating func finish(at now: Duration) -> [String] {
    var ready: [String] = []
    end(at: now, &ready)
    if leftOut > 0 { ready.append(countedOut()) }
    return ready
  }

  private mutating func end(at now: Duration, _ ready: inout [String]) {
    defer { line.removeAll(keepingCapacity: true) }
    let text = ForeignText.cleaned(bytes: line, limit: Self.longestLine)
    guard text.contains(where: { $0 != " " }) else { return }
    if windowStart.map({ now - $0 >= Self.window }) ?? true {
      if leftOut > 0 { ready.append(countedOut()) }
      (windowStart, lines) = (now, 0)
    }
    lines += 1
    if lines <= Self.mostLines { ready.append(text) } else { leftOut += 1 }
  }

  private mutating func countedOut() -> String {
    defer { leftOut = 0 }
    return "(\(leftOut) more \(leftOut == 1 ? "line" : "lines") left out)"
  }
}
