internal import Interface

/// The last events, the newest at the bottom.
enum EventsPanel {
  static func draw(_ state: ConsoleState, on canvas: inout Canvas, in region: Region) {
    let events = state.events.shown(of: state.status.events, from: state.settings.eventSeverity)
    let palette = canvas.palette
    let inside = region.insideBorder
    let offset = min(state.events.offset, max(0, events.count - (state.isZoomed ? 1 : inside.rows)))
    var remarks: [String] = []
    if state.settings.eventSeverity != .info { remarks.append("\(state.settings.eventSeverity.rawValue)+") }
    if !state.events.search.isEmpty { remarks.append("/\(state.events.search)") }
    if offset > 0 { remarks.append("\(offset) newer \(canvas.glyphs.more)") }
    canvas.box(
      region, title: Panel.events.title, remark: Line(remarks.joined(separator: "  "), palette.faint),
      isFocused: state.focus == .events)
    guard !events.isEmpty else {
      let words = state.isFilteringEvents ? "no events match; Esc clears the filter" : "nothing has happened yet"
      return canvas.put(words, palette.faint, in: inside)
    }
    // As many as there is room for, from the newest backwards; the maximised panel shows each whole.
    var shown: [Line] = []
    for event in events.dropLast(offset).reversed() where shown.count < inside.rows {
      shown = lines(event, canvas, inside, isWhole: state.isZoomed) + shown
    }
    for (index, line) in shown.suffix(inside.rows).enumerated() { canvas.put(line, in: inside.line(index)) }
  }

  private static func lines(_ event: BroadcastEvent, _ canvas: Canvas, _ inside: Region, isWhole: Bool) -> [Line] {
    let isWide = inside.columns >= 50
    let look = canvas.look.severity(event.severity)
    let word = isWide ? "\(look.sign) \(look.word)" : look.sign
    let gap = String(repeating: " ", count: max(1, (isWide ? 10 : 2) - columns(of: word)))
    let style = event.severity == .debug ? canvas.palette.faint : canvas.palette.text
    let head = Line("\(event.clock) ", canvas.palette.faint) + Line(word, look.style) + Line(gap, style)
    guard isWhole else { return [head + Line(event.text, style)] }
    let indent = columns(of: "\(event.clock) \(word)\(gap)")
    return wrapped(event.text, to: max(10, inside.columns - indent)).enumerated().map { index, part in
      (index == 0 ? head : Line(String(repeating: " ", count: indent))) + Line(part, style)
    }
  }
}
