/// The last row: the keys that count now, or a message.
enum FooterPanel {
  static func draw(_ state: ConsoleState, on canvas: inout Canvas, in region: Region) {
    let inner = region.inset(columns: 1, rows: 0)
    let palette = canvas.palette
    if case .commandLine(let line) = state.dialogs.last {
      return TextField.draw(line.input, prefix: ":", on: &canvas, in: inner)
    }
    if case .eventSearch(let input) = state.dialogs.last {
      return TextField.draw(input, prefix: "/", on: &canvas, in: inner)
    }
    if let message = state.message {
      let sign = message.isRefusal ? canvas.glyphs.warning : canvas.glyphs.good
      let style = message.isRefusal ? palette.warning : palette.strong
      return canvas.put("\(sign) \(message.text)", style, in: inner)
    }
    for hint in Footer(state, columns: inner.columns).hints {
      let place = Region(column: inner.column + hint.column, row: inner.row, columns: hint.columns, rows: 1)
      canvas.put(Line(hint.key, palette.key) + Line(" \(hint.label)", palette.text), in: place)
    }
  }
}
