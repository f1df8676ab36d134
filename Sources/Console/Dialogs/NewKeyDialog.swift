/// Waits for the new key of a command.
enum NewKeyDialog {
  static func draw(_ new: NewKey, _ state: ConsoleState, on canvas: inout Canvas, in body: Region) {
    let width = min(body.columns, 60)
    let lines = words(new, state.keymap).map { wrapped($0, to: width - 4) }
    let region = body.centred(
      ScreenSize(columns: width, rows: min(body.rows, lines.reduce(0) { $0 + $1.count } + 2)))
    canvas.fill(region)
    canvas.box(region, title: "Key for \(new.command.rawValue)", isFocused: true)
    let palette = canvas.palette
    let styled = lines.enumerated().flatMap { index, part in
      part.map { Line($0, index == 0 ? palette.strong : palette.text) }
    }
    canvas.put(styled, in: region.insideBorder)
  }

  private static func words(_ new: NewKey, _ keymap: Keymap) -> [String] {
    if let taken = new.taken {
      return [
        "\(KeyText.name(taken.key)) is already used for \(taken.owner.rawValue).",
        "Enter reassigns it, any other key cancels.",
      ]
    }
    let defaults = KeymapEntry.table.first { $0.command == new.command }?.keys ?? []
    return [
      "Press the new key.", "Esc keeps \(KeyText.names(keymap.keys(new.command))).",
      "Backspace restores the default, \(KeyText.names(defaults)). Del leaves it without a key.",
    ]
  }
}
