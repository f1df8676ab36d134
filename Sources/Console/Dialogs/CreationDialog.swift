internal import Interface

/// The form for a new channel in the AWS account.
enum CreationDialog {
  private static let labelColumns = 11

  static func draw(_ form: CreationForm, on canvas: inout Canvas, in body: Region) {
    let fields = CreationForm.Field.allCases
    let place = DialogLayout.Form(body: body, count: fields.count)
    let palette = canvas.palette
    canvas.fill(place.region)
    canvas.box(place.region, title: "New channel in the AWS account", isFocused: true)
    for (index, field) in fields.enumerated() {
      let row = place.fields[index]
      let isFocused = form.focus == field
      canvas.put(
        "\(isFocused ? canvas.glyphs.selected : " ") \(field.label)", isFocused ? palette.key : palette.text, in: row)
      let input = Region(
        column: row.column + labelColumns, row: row.row, columns: max(1, row.columns - labelColumns), rows: 1)
      let value = form.value(field)
      if field == .name {
        TextField.draw(form.name, isFocused: isFocused, style: palette.input, on: &canvas, in: input)
      } else {
        canvas.put(
          isFocused ? "< \(value.text) >" : "  \(value.text)", isFocused ? palette.strong : palette.text, in: input)
      }
      FormMessage.draw(
        form.problem(field), hints: [value.hint], of: index, isFocused: isFocused, place, on: &canvas, in: input)
    }
    if form.focus != .name, !place.remarks.isEmpty {
      canvas.put("Left and Right take another", palette.faint, in: place.notice)
    }
    FormMessage.draw(form.submission, fields.map(\.rawValue), on: &canvas, in: place.refusal)
  }
}
