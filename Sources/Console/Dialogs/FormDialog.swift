/// The form for a channel, with what is wrong beside each field.
enum FormDialog {
  private static let labelColumns = 15

  static func draw(_ form: ChannelForm, on canvas: inout Canvas, in body: Region) {
    let place = DialogLayout.Form(body: body, count: ChannelForm.Field.allCases.count)
    let palette = canvas.palette
    canvas.fill(place.region)
    canvas.box(place.region, title: "Channel", isFocused: true)
    for field in ChannelForm.Field.allCases {
      let row = place.fields[field.rawValue]
      let isFocused = form.focus == field
      let problem = form.problem(field)
      let mark = isFocused ? canvas.glyphs.selected : " "
      canvas.put("\(mark) \(form.label(field))", isFocused ? palette.key : palette.text, in: row)
      let input = Region(
        column: row.column + labelColumns, row: row.row, columns: max(1, row.columns - labelColumns), rows: 1)
      TextField.draw(
        form[field], isMasked: field == .key, isFocused: isFocused, style: palette.input, on: &canvas, in: input)
      let remark = problem.map { Line("\(canvas.glyphs.bad) \($0)", palette.bad) }
      if place.remarks.indices.contains(field.rawValue) {
        let below = place.remarks[field.rawValue]
        let indented = Region(column: input.column, row: below.row, columns: input.columns, rows: 1)
        canvas.put(remark ?? Line(field.hint, palette.faint), in: indented)
      } else if isFocused {
        canvas.put(remark ?? Line(field.hint, palette.faint), in: place.notice)
      }
    }
    if let notice = form.notice { canvas.put(notice, palette.warning, in: place.notice) }
  }
}
