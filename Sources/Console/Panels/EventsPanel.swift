internal import Interface

/// The last events, the newest at the bottom.
enum EventsPanel {
  static func draw(_ state: ConsoleState, on canvas: inout Canvas, in region: Region) {
    let events = state.events.shown(of: state.status.events, from: state.settings.eventSeverity)
    let palette = canvas.palette
    let inside = region.insideBorder
    let offset = min(state.events.offset, max(0, events.count - inside.rows))
    var remarks: [String] = []
    if state.settings.eventSeverity != .info { remarks.append("\(state.settings.eventSeverity.rawValue)+") }
    if !state.events.search.isEmpty { remarks.append("/\(state.events.search)") }
    if offset > 0 { remarks.append("\(offset) newer \(canvas.glyphs.more)") }
    canvas.box(
      region, title: Panel.events.title, remark: Line(remarks.joined(separator: "  "), palette.faint),
      isFocused: state.focus == .events)
    guard !events.isEmpty else {
      let isFiltered = !state.events.search.isEmpty || !state.status.events.isEmpty
      return canvas.put(
        isFiltered ? "nothing passes the filter" : "nothing has happened yet", palette.faint, in: inside)
    }
    let end = events.count - offset
    let shown = events[max(0, end - inside.rows)..<end]
    for (index, event) in shown.enumerated() {
      canvas.put(line(event, canvas, isWide: inside.columns >= 50), in: inside.line(index))
    }
  }

  private static func line(_ event: BroadcastEvent, _ canvas: Canvas, isWide: Bool) -> Line {
    let look = canvas.look.severity(event.severity)
    let word = isWide ? "\(look.sign) \(look.word)" : look.sign
    let gap = String(repeating: " ", count: max(1, (isWide ? 10 : 2) - columns(of: word)))
    return Line("\(event.clock) ", canvas.palette.faint) + Line(word, look.style)
      + Line(gap + event.text, event.severity == .debug ? canvas.palette.faint : canvas.palette.text)
  }
}
