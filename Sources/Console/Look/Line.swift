/// Text in one style.
struct StyledText: Equatable, Sendable {
  var text: String
  var style: Style
}

/// A line of text in several styles.
struct Line: Equatable, Sendable {
  var spans: [StyledText]

  init(_ spans: [StyledText]) { self.spans = spans }

  init(_ text: String, _ style: Style = Style()) { spans = [StyledText(text: text, style: style)] }

  var columns: Int { spans.reduce(0) { $0 + Console.columns(of: $1.text) } }

  static func + (left: Line, right: Line) -> Line { Line(left.spans + right.spans) }
}

/// A part of a line that is shown whole or not at all.
struct Part: Equatable, Sendable {
  let line: Line
  /// The least important parts go first.
  let importance: Int

  init(_ line: Line, importance: Int) {
    self.line = line
    self.importance = importance
  }

  init(_ text: String, _ style: Style = Style(), importance: Int) {
    self.init(Line(text, style), importance: importance)
  }
}

extension Line {
  /// As many whole parts as fit, in their order, the important ones first.
  static func fitting(_ parts: [Part], in limit: Int, gap: String = "  ") -> Line {
    var kept = Set<Int>()
    var used = 0
    let gapColumns = Console.columns(of: gap)
    let ranked = parts.indices.sorted { (parts[$0].importance, $1) > (parts[$1].importance, $0) }
    for index in ranked where !parts[index].line.spans.isEmpty {
      let width = parts[index].line.columns + (kept.isEmpty ? 0 : gapColumns)
      guard used + width <= limit else { continue }
      kept.insert(index)
      used += width
    }
    var result = Line([])
    for index in parts.indices where kept.contains(index) {
      if !result.spans.isEmpty { result.spans.append(StyledText(text: gap, style: Style())) }
      result.spans += parts[index].line.spans
    }
    return result
  }
}
