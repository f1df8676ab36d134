internal import Interface

/// A check for people: a line for each row, what is wrong and what to do below it, one verdict at the end.
///
/// Pure. A word and a sign say what the colour says too.
public struct CheckText: Sendable {
  private let hasColor: Bool
  private let hasUnicode: Bool
  private static let titleWidth = CheckRow.Identifier.allCases.map(\.title.count).max() ?? 0
  private static let indent = String(repeating: " ", count: 6 + 2 + titleWidth + 2)

  /// - Parameters:
  ///   - hasColor: SGR sequences are understood.
  ///   - hasUnicode: so is UTF-8.
  public init(hasColor: Bool, hasUnicode: Bool) {
    self.hasColor = hasColor
    self.hasUnicode = hasUnicode
  }

  /// The lines of a row; none for one that was not looked at.
  public func lines(_ row: CheckRow) -> [String] {
    guard row.verdict != .skipped else { return [] }
    let (sign, word, emphasis) = head(row.verdict)
    let first = "\(paint("\(sign) \(word)", emphasis))  \(Self.column(row.title))  \(row.cause)"
    guard let remedy = row.remedy else { return [first] }
    return [first, "\(Self.indent)\(hasUnicode ? "→" : "->") \(remedy)"]
  }

  /// What was not looked at, together where the reason is the same.
  public func skipped(_ report: CheckReport) -> [String] {
    let skipped = report.rows.filter { $0.verdict == .skipped }
    var reasons: [String] = []
    for row in skipped where !reasons.contains(row.cause) { reasons.append(row.cause) }
    let (sign, word, emphasis) = head(.skipped)
    return reasons.flatMap { reason in
      let titles = skipped.filter { $0.cause == reason }.map(\.title).joined(separator: ", ")
      let first = "\(paint("\(sign) \(word)", emphasis))  \(Self.column(titles))"
      return titles.count <= Self.titleWidth ? ["\(first)  \(reason)"] : [first, "\(Self.indent)\(reason)"]
    }
  }

  /// A title as wide as the widest.
  private static func column(_ title: String) -> String {
    title + String(repeating: " ", count: max(0, titleWidth - title.count))
  }

  /// The last line.
  public func verdict(_ report: CheckReport) -> String {
    let (sign, _, emphasis) = head(!report.isReady ? .fail : report.warnings > 0 ? .warn : .pass)
    return paint("\(sign) \(report.verdict)", emphasis ?? .good)
  }

  /// The living line: what is being looked at, cut to the terminal.
  public func living(_ running: [CheckRow.Identifier], columns: Int) -> String {
    guard !running.isEmpty else { return "" }
    let text = "\(hasUnicode ? "…" : "...") \(running.map(\.title).joined(separator: ", "))"
    return String(text.prefix(max(0, columns - 1)))
  }

  private func head(_ verdict: CheckRow.Verdict) -> (sign: String, word: String, emphasis: Emphasis?) {
    switch verdict {
    case .pass: (hasUnicode ? "✓" : "+", "pass", nil)
    case .warn: ("!", "warn", .warning)
    case .fail: (hasUnicode ? "✗" : "x", "FAIL", .bad)
    case .skipped: ("-", "skip", nil)
    }
  }

  private func paint(_ text: String, _ emphasis: Emphasis?) -> String {
    hasColor ? emphasis?.applied(to: text) ?? text : text
  }
}
