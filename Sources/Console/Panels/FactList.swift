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
    let kept = Set(ranked.prefix(inside.rows))
    var spare = inside.rows - kept.count - spared
    var row = 0
    for index in facts.indices where kept.contains(index) {
      let fact = facts[index]
      let line = inside.line(row)
      canvas.put(fact.label, canvas.palette.faint, in: line)
      let width = max(0, line.columns - labelColumns)
      let lines = lines(fact, canvas.palette, width: width, spare: spare)
      spare -= lines.count - 1
      canvas.put(
        lines, in: Region(column: line.column + labelColumns, row: line.row, columns: width, rows: lines.count))
      row += lines.count
    }
    return row
  }

  private func lines(_ fact: Fact, _ palette: Palette, width: Int, spare: Int) -> [Line] {
    guard fact.value.columns > width else {
      let remarks = fact.remarks.enumerated().map { Part($1, palette.faint, importance: 9 - $0) }
      return [Line.fitting([Part(fact.value, importance: 10)] + remarks, in: width, gap: ", ")]
    }
    guard fact.isSentence else { return [fact.value] }
    let text = fact.value.spans.map(\.text).joined()
    let style = fact.value.spans.first?.style ?? Style()
    let broken = wrapped(text, to: width)
    if broken.count - 1 <= spare { return broken.map { Line($0, style) } }
    // Half a word may be another one.
    return [Line((wrapped(text, to: width - 2).first ?? "") + " …", style)]
  }
}
