/// What the line after `:` could go on as, just above it.
enum CommandLineDialog {
  static func draw(_ line: CommandLine, _ state: ConsoleState, on canvas: inout Canvas, in body: Region) {
    let typed = line.completion?.typed ?? line.input.text
    let found = Reducer(state: state).completions(of: typed)
    guard !found.isEmpty else { return }
    let row = body.line(body.rows - 1)
    let palette = canvas.palette
    canvas.fill(row)
    let parts = found.enumerated().map { index, text in
      Part(text, text == line.input.text ? palette.selected : palette.faint, importance: found.count - index)
    }
    // While Tab goes around, the current one must be seen.
    let current = line.completion.map { $0.step % found.count } ?? 0
    let shown = Array(parts[max(0, current - 2)...])
    canvas.put(Line.fitting(shown, in: row.columns - 2), in: row.inset(columns: 1, rows: 0))
  }
}
