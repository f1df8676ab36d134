internal import Interface

/// What is sent and what arrives, as figures and as a graph.
enum BitratePanel {
  private static let axisColumns = 5

  static func draw(_ state: ConsoleState, on canvas: inout Canvas, in region: Region) {
    let scale = "kbit/s, \(state.settings.graphScale.title) a column"
    canvas.box(
      region, title: Panel.bitrate.title, remark: Line(scale, canvas.palette.faint),
      isFocused: state.focus == .bitrate)
    let inside = region.insideBorder
    guard inside.rows > 0 else { return }
    let figures = rows(state, canvas, columns: inside.columns, wanted: inside.rows >= 6 ? 2 : 1)
    canvas.put(figures, in: inside)
    let place = inside.lines(figures.count..<inside.rows)
    if place.rows >= 1, place.columns > axisColumns + 4 { graph(state, on: &canvas, in: place) }
  }

  private static func rows(_ state: ConsoleState, _ canvas: Canvas, columns: Int, wanted: Int) -> [Line] {
    let status = state.status
    let palette = canvas.palette
    let latest = state.history.columns(.second, count: 2)
    let acknowledged = latest.isEmpty ? 0 : latest.reduce(0) { $0 + $1.acknowledged } / Double(latest.count)
    let sent = latest.isEmpty ? 0 : latest.reduce(0) { $0 + $1.sent } / Double(latest.count)
    let main = [
      Part(named("sent", Figures.bitrate(Int(sent.rounded())), palette), importance: 10),
      Part(named("acknowledged", Figures.bitrate(Int(acknowledged.rounded())), palette), importance: 8),
      Part(named("target", target(status), palette), importance: 9),
    ]
    let fps = Figures.decimal(status.video.framesPerSecond, digits: 1)
    let wish = Figures.decimal(status.video.targetFramesPerSecond, digits: 0)
    let more = [
      Part(named("rate", "\(fps) of \(wish) fps", palette), importance: 7),
      Part(named("total", Figures.bytes(status.transport.bytesSent), palette), importance: 6),
      Part(named(word(status), Figures.clock(status.onAirSeconds), palette), importance: 5),
    ]
    if wanted == 1 { return [Line.fitting(main + more, in: columns)] }
    let reason = reason(status, palette)
    if main.reduce(0, { $0 + $1.line.columns + 2 }) - 2 <= columns {
      return [Line.fitting(main, in: columns), Line.fitting(more, in: columns)] + reason
    }
    // Narrow: what is sent and what was asked for together, then what arrives.
    return [Line.fitting([main[0], main[2]], in: columns), Line.fitting([main[1]] + more, in: columns)] + reason
  }

  /// What the encoder makes, and what was asked for where the network allows less.
  private static func target(_ status: BroadcastStatus) -> String {
    guard let allowed = status.rate.allowedKilobits else {
      return Figures.bitrate(status.video.targetKilobitsPerSecond)
    }
    return "\(allowed) of \(Figures.bitrate(status.rate.requestedKilobits))"
  }

  /// The last decision, as long as the network allows less than was asked for.
  private static func reason(_ status: BroadcastStatus, _ palette: Palette) -> [Line] {
    guard status.rate.allowedKilobits != nil, let decision = status.rate.decisions.last else { return [] }
    return [Line("\(decision.clock) \(decision.text)", palette.text)]
  }

  /// What the time is of: nobody is on air before IVS says so.
  private static func word(_ status: BroadcastStatus) -> String {
    if status.phase == .waiting { return "elapsed" }
    return status.phase == .live && status.airState == .onAir ? "on air" : "sent for"
  }

  private static func named(_ name: String, _ value: String, _ palette: Palette) -> Line {
    Line([StyledText(text: name + " ", style: palette.faint), StyledText(text: value, style: palette.strong)])
  }

  private static func graph(_ state: ConsoleState, on canvas: inout Canvas, in place: Region) {
    let plot = Region(
      column: place.column + axisColumns, row: place.row, columns: place.columns - axisColumns, rows: place.rows)
    let columns = state.history.columns(state.settings.graphScale, count: plot.columns)
    let target = Double(state.status.video.targetKilobitsPerSecond)
    let highest = columns.reduce(max(target, 100)) { max($0, $1.sent, $1.target) }
    let top = niceTop(highest * 1.05)
    let axis = Region(column: place.column, row: place.row, columns: axisColumns - 1, rows: place.rows)
    canvas.put(label(top), canvas.palette.faint, in: axis, alignment: .trailing)
    if place.rows > 1 { canvas.put("0", canvas.palette.faint, in: axis.line(place.rows - 1), alignment: .trailing) }
    let start = plot.endColumn - columns.count
    for column in plot.column..<plot.endColumn {
      let value =
        column >= start
        ? columns[column - start] : BitrateHistory.Column(target: state.status.phase == .live ? target : 0)
      draw(value, top: top, on: &canvas, column: column, in: plot)
    }
  }

  /// One column: acknowledged below, what is sent beyond it above, the target as a line where there is no bar.
  private static func draw(
    _ value: BitrateHistory.Column, top: Double, on canvas: inout Canvas, column: Int, in plot: Region
  ) {
    let glyphs = canvas.glyphs
    let palette = canvas.palette
    let steps = glyphs.rising.count
    let full = Double(plot.rows * steps)
    let sent = Int((value.sent / top * full).rounded())
    let acknowledged = min(sent, Int((value.acknowledged / top * full).rounded()))
    let target = Int((value.target / top * Double(plot.rows)).rounded(.up)) - 1
    for level in 0..<plot.rows {
      let row = plot.endRow - 1 - level
      let filled = max(0, min(steps, sent - level * steps))
      let arrived = max(0, min(steps, acknowledged - level * steps))
      var cell: Cell?
      if arrived > 0 {
        let isBoundary = arrived < filled && palette.hasGraphColors && steps > 1
        let glyph = glyphs.rising[(isBoundary ? arrived : filled) - 1]
        let behind = isBoundary && filled == steps ? palette.sent : .standard
        cell = Cell(glyph: glyph, style: Style(palette.acknowledged, on: behind))
      } else if filled > 0 {
        let glyph = palette.hasGraphColors ? glyphs.rising[filled - 1] : glyphs.unacknowledged
        cell = Cell(glyph: glyph, style: Style(palette.sent))
      } else if level == target, value.target > 0 {
        cell = Cell(glyph: glyphs.rule, style: palette.faint)
      }
      if let cell { canvas.put(cell, column: column, row: row) }
    }
  }

  /// The next round number above, in kbit/s.
  private static func niceTop(_ value: Double) -> Double {
    var step = 100.0
    while step < value {
      for factor in [1, 1.5, 2, 3, 4, 5, 6, 8] where step * factor >= value { return step * factor }
      step *= 10
    }
    return step
  }

  private static func label(_ kilobits: Double) -> String { Figures.decimal(kilobits, digits: 0) }
}
