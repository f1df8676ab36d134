/// What the line after `:` could go on as, just above it.
enum CommandLineDialog {
  static func draw(_ line: CommandLine, _ state: ConsoleState, on canvas: inout Canvas, in body: Region) {
    let typed = line.completion?.typed ?? line.input.text
    let found = Reducer(state: state).completions(of: typed)
    guard !found.isEmpty else { return }
    let row = body.line(body.rows - 1)
    let palette = canvas.palette
    canvas.fill(row)
    // While Tab goes around, the current one must be seen; of thousands no more are looked at than could be.
    let current = line.completion.map { $0.step % found.count } ?? 0
    let shown = found[max(0, current - 2)...].prefix(row.columns / 2).enumerated().map { index, text in
      Part(text, text == line.input.text ? palette.selected : palette.faint, importance: -index)
    }
    canvas.put(Line.fitting(shown, in: row.columns - 2), in: row.inset(columns: 1, rows: 0))
  }
}
