internal import CLinux
internal import FoundationEssentials
internal import Glibc
internal import Preflight
internal import Service
internal import Synchronization

/// Standard output of a check: the rows in their order, and on a terminal below them what is being looked at.
final class CheckScreen: Sendable {
  private let isJSON: Bool
  private let isTerminal = isatty(StandardOutput.descriptor) == 1
  private let text: CheckText
  private let progress = Mutex((order: CheckOrder(), running: [CheckRow.Identifier]()))
  private let writer = LineWriter(StandardOutput.descriptor, name: "check", limit: 256)

  init(isJSON: Bool) {
    self.isJSON = isJSON
    let environment = ProcessInfo.processInfo.environment
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
    let isUTF8 = locale.lowercased().replacing("-", with: "").contains("utf8")
    let hasColor =
      isatty(StandardOutput.descriptor) == 1 && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    text = CheckText(hasColor: hasColor, hasUnicode: isUTF8)
  }

  /// Shows what happened; never waits.
  func show(_ event: CheckEvent) {
    guard !isJSON else { return }
    // Written inside the lock: rows that end at once must keep their order.
    progress.withLock { progress in
      var rows: [CheckRow] = []
      switch event {
      case .began(let row): progress.running.append(row)
      case .ended(let row):
        progress.running.removeAll { $0 == row.identifier }
        rows = progress.order.take(row)
      }
      let above = rows.flatMap(text.lines).map { $0.namingOptions + "\n" }.joined()
      guard isTerminal || !above.isEmpty else { return }
      writer.write(isTerminal ? "\r\u{1B}[K" + above + text.living(progress.running, columns: columns) : above)
    }
  }

  /// Ends with the verdict, or with the whole as JSON.
  func finish(_ report: CheckReport) {
    if isJSON {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      guard let data = try? encoder.encode(report) else { return }
      writer.write(String(decoding: data, as: UTF8.self).namingOptions + "\n")
    } else {
      let lines = text.skipped(report) + [text.verdict(report)]
      writer.write((isTerminal ? "\r\u{1B}[K" : "") + lines.map { $0 + "\n" }.joined())
    }
    writer.flush()
  }

  private var columns: Int {
    var (columns, rows) = (Int32(0), Int32(0))
    guard unsafe clinux_terminal_size(StandardOutput.descriptor, &columns, &rows) == 0, columns > 0 else { return 80 }
    return Int(columns)
  }
}
