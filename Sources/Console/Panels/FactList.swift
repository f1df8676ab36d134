/// One figure with its name, and remarks that are shown whole or not at all.
struct Fact {
  let label: String
  let value: Line
  var remarks: [String] = []
  /// A sentence: where rows are to spare it takes several.
  var isSentence = false
  /// Where there are few rows, the least important facts are left out.
  let importance: Int
}

/// Facts below each other, as many as there are rows.
struct FactList {
  private let facts: [Fact]
  private let labelColumns: Int

  /// Lists facts in their order.
  init(_ facts: [Fact], labelColumns: Int) {
    self.facts = facts
    self.labelColumns = labelColumns
  }

  /// Draws them from the region's top and answers how many rows that took; sentences leave `spared` rows free.
  @discardableResult
  func draw(on canvas: inout Canvas, in inside: Region, sparing spared: Int = 0) -> Int {
    let ranked = facts.indices.sorted { facts[$0].importance > facts[$1].importance }
    let kept = ranked.prefix(inside.rows)
    let width = max(0, inside.columns - labelColumns)
    var spare = max(0, inside.rows - kept.count - spared)
    var texts: [Int: [Line]] = [:]
    // What matters most gets the rows to spare first.
    for index in kept {
      let lines = lines(facts[index], canvas.palette, width: width, most: 1 + spare)
      spare -= lines.count - 1
      texts[index] = lines
    }
    var row = 0
    for index in facts.indices {
      guard let lines = texts[index] else { continue }
      let line = inside.line(row)
      canvas.put(facts[index].label, canvas.palette.faint, in: line)
      canvas.put(
        lines, in: Region(column: line.column + labelColumns, row: line.row, columns: width, rows: lines.count))
      row += lines.count
    }
    return row
  }

  private func lines(_ fact: Fact, _ palette: Palette, width: Int, most: Int) -> [Line] {
    guard fact.value.columns > width else {
      let remarks = fact.remarks.enumerated().map { Part($1, palette.faint, importance: 9 - $0) }
      return [Line.fitting([Part(fact.value, importance: 10)] + remarks, in: width, gap: ", ")]
    }
    guard fact.isSentence else { return [fact.value] }
    let text = fact.value.spans.map(\.text).joined()
    let style = fact.value.spans.first?.style ?? Style()
    let broken = wrapped(text, to: width)
    if broken.count <= most { return broken.map { Line($0, style) } }
    // Half a word may be another one, so the text is cut between words.
    let rest = broken[(most - 1)...].joined(separator: " ")
    let last = (wrapped(rest, to: width - 2).first ?? "") + " …"
    return (broken.prefix(most - 1) + [last]).map { Line($0, style) }
  }
}
