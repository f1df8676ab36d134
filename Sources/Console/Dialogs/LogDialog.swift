internal import Interface

/// The events of all days, as the log has them.
enum LogDialog {
  static func draw(_ log: LogView, _ state: ConsoleState, on canvas: inout Canvas, in body: Region) {
    let place = LogLayout(log, body: body)
    let palette = canvas.palette
    canvas.fill(place.region)
    canvas.box(place.region, title: "Log", remark: Line(remark(log, state), palette.faint), isFocused: true)
    for row in 0..<place.list.rows where log.records.indices.contains(place.first + row) {
      let index = place.first + row
      let record = log.records[index]
      let line = place.list.line(row)
      let isUnderCursor = index == log.index
      if isUnderCursor { canvas.fill(line, palette.selected) }
      canvas.put(text(record, canvas, line.columns, isUnderCursor: isUnderCursor), in: line)
    }
    if log.records.isEmpty { canvas.put(emptiness(log, state), palette.faint, in: place.list) }
    if let index = log.index {
      canvas.put(
        wrapped(log.records[index].text, to: place.whole.columns).map { Line($0, palette.text) }, in: place.whole)
    }
    if log.isFiltering || !log.filter.isEmpty {
      TextField.draw(log.filter, prefix: "/", isFocused: log.isFiltering, on: &canvas, in: place.line)
    } else {
      let path = state.settings.places.log
      canvas.put(path.isEmpty ? "the log is kept nowhere" : path, palette.faint, in: place.line)
    }
  }

  private static func remark(_ log: LogView, _ state: ConsoleState) -> String {
    let count = log.index.map { "\($0 + 1) of \(log.records.count)\(log.isFromStart ? "" : "+")" } ?? ""
    let severity = state.settings.eventSeverity
    return severity == .debug ? count : "\(severity == .error ? "errors" : "\(severity.rawValue)+")  \(count)"
  }

  private static func emptiness(_ log: LogView, _ state: ConsoleState) -> String {
    if let problem = log.problem { return problem }
    if log.query != nil { return "reading the log…" }
    guard log.filter.isEmpty else { return "no events match; Esc clears the filter" }
    switch state.settings.eventSeverity {
    case .error: return "no errors in the log"
    case .warning: return "no warnings or errors in the log"
    case .notice, .info, .debug: return "no events in the log"
    }
  }

  private static func text(_ record: LogRecord, _ canvas: Canvas, _ width: Int, isUnderCursor: Bool) -> Line {
    let palette = canvas.palette
    let look = canvas.look.severity(record.severity)
    // The year is in the event's own window; on a narrow screen so is the day.
    let time = String(record.time.dropFirst(width >= 60 ? 5 : 11))
    if isUnderCursor { return Line("\(time) \(look.sign) \(record.text)", palette.selected) }
    let style = record.severity == .debug ? palette.faint : palette.text
    return Line("\(time) ", palette.faint) + Line(look.sign, look.style) + Line(" \(record.text)", style)
  }
}

/// One event with everything that is known of it.
enum EventDialog {
  static func draw(_ record: LogRecord, on canvas: inout Canvas, in body: Region) {
    let palette = canvas.palette
    let look = canvas.look.severity(record.severity)
    let width = min(body.columns, 90)
    let text = wrapped(record.text, to: width - 4)
    let region = body.centred(ScreenSize(columns: width, rows: min(body.rows, text.count + 4)))
    canvas.fill(region)
    canvas.box(region, title: "Event", isFocused: true)
    let inside = region.insideBorder
    let head = Line("\(look.sign) \(look.word)  ", look.style) + Line("\(record.time) \(record.zone)", palette.faint)
    canvas.put([head, Line("")] + text.map { Line($0, palette.strong) }, in: inside)
  }
}
