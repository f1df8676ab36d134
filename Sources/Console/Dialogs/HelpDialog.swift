/// All keys with what they do, and a filter.
enum HelpDialog {
  static func draw(_ help: Help, _ state: ConsoleState, on canvas: inout Canvas, in body: Region) {
    let place = DialogLayout.Keys(body: body)
    let palette = canvas.palette
    let lines = lines(help, state, canvas.palette, columns: place.list.columns)
    canvas.fill(place.region)
    let last = min(lines.count, help.offset + place.list.rows)
    let count = lines.count > place.list.rows ? "lines \(help.offset + 1) to \(last) of \(lines.count)" : ""
    canvas.box(place.region, title: "Keys", remark: Line(count, palette.faint), isFocused: true)
    canvas.put(Array(lines.dropFirst(help.offset)), in: place.list)
    if lines.isEmpty { canvas.put("nothing matches", palette.faint, in: place.list) }
    if help.isFiltering || !help.filter.isEmpty {
      TextField.draw(help.filter, prefix: "/", isFocused: help.isFiltering, on: &canvas, in: place.filter)
    } else {
      canvas.put("/ filters; \(state.keymap.keyName(.keys)) changes keys", palette.faint, in: place.filter)
    }
  }

  /// Every line as wide as the list: keys, the name after `:` where there is room, and what they do.
  static func lines(_ help: Help, _ state: ConsoleState, _ palette: Palette, columns width: Int) -> [Line] {
    let entries = state.keymap.helpLines(in: state, filter: help.filter.text)
    let keys = (entries.map { columns(of: $0.keys) }.max() ?? 0) + 2
    let usage = (entries.map { columns(of: $0.usage) }.max() ?? 0) + 2
    let short = (entries.map { columns(of: $0.name) }.max() ?? 0) + 2
    let isLong = width - keys - usage >= 50
    let names = isLong ? usage : width - keys - short >= 40 ? short : 0
    return entries.flatMap { entry -> [Line] in
      let isOff = entry.refusal != nil
      let text = entry.text + (entry.refusal.map { " Now: \($0)." } ?? "")
      let head =
        Line(padded(entry.keys, to: keys), isOff ? palette.disabled : palette.key)
        + Line(names > 0 ? padded(isLong ? entry.usage : entry.name, to: names) : "", palette.faint)
      let indent = Line(String(repeating: " ", count: keys + names))
      return wrapped(text, to: max(10, width - keys - names)).enumerated().map { index, part in
        (index == 0 ? head : indent) + Line(part, isOff ? palette.disabled : palette.text)
      }
    }
  }
}
