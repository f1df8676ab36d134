internal import Interface

/// Where everything is, each address and path whole.
enum PlacesDialog {
  private static let labelColumns = 11

  static func draw(_ state: ConsoleState, on canvas: inout Canvas, in body: Region) {
    let palette = canvas.palette
    let width = min(body.columns, 100)
    let inner = width - 4 - labelColumns
    let rows = facts(state).flatMap { label, value in
      wrapped(value, to: inner).enumerated().map { index, part in
        Line(padded(index == 0 ? label : "", to: labelColumns), palette.faint) + Line(part, palette.text)
      }
    }
    let region = body.centred(ScreenSize(columns: width, rows: min(body.rows, rows.count + 2)))
    canvas.fill(region)
    canvas.box(region, title: "Where", isFocused: true)
    canvas.put(rows, in: region.insideBorder)
  }

  private static func facts(_ state: ConsoleState) -> [(label: String, value: String)] {
    let status = state.status
    let places = state.settings.places
    var facts = [
      ("Watch", status.playbackURL ?? (state.chosenChannel?.kind == "local" ? "known once live" : "not known")),
      ("Ingest", ChannelPanel.ingest(status)),
    ]
    facts.append(
      (
        "Recording",
        status.recording?.path ?? status.lastRecording ?? "off; \(state.keymap.keyName(.record)) begins one"
      ))
    facts.append(
      ("Snapshot", status.snapshot ?? "none yet; \(state.keymap.keyName(.snapshot)) takes one"))
    facts += [
      ("Log", places.log), ("Settings", places.settings), ("Channels", places.channels),
    ].filter { !$0.1.isEmpty }
    return facts
  }
}
