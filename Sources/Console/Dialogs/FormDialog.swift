internal import Interface

/// The form for a channel, with what is wrong beside each field.
enum FormDialog {
  private static let labelColumns = 15

  static func draw(_ form: ChannelForm, on canvas: inout Canvas, in body: Region) {
    let place = DialogLayout.Form(body: body, count: ChannelForm.Field.allCases.count)
    let palette = canvas.palette
    canvas.fill(place.region)
    canvas.box(place.region, title: form.edited == nil ? "New channel" : "Edit channel", isFocused: true)
    for (index, field) in ChannelForm.Field.allCases.enumerated() {
      let row = place.fields[index]
      let isFocused = form.focus == field
      let problem = form.problem(field)
      let mark = isFocused ? canvas.glyphs.selected : " "
      canvas.put("\(mark) \(form.label(field))", isFocused ? palette.key : palette.text, in: row)
      let input = Region(
        column: row.column + labelColumns, row: row.row, columns: max(1, row.columns - labelColumns), rows: 1)
      TextField.draw(
        form[field], isMasked: field == .key, isFocused: isFocused, style: palette.input, on: &canvas, in: input)
      FormMessage.draw(
        problem, hints: form.hints(field), of: index, isFocused: isFocused, place, on: &canvas, in: input)
    }
    FormMessage.draw(form.submission, ChannelForm.Field.allCases.map(\.rawValue), on: &canvas, in: place.refusal)
    if let notice = form.notice { canvas.put(notice, palette.warning, in: place.notice) }
  }
}

/// What stands below a form's fields.
enum FormMessage {
  /// A field's problem, in as many rows as there are before the next field, or its hint.
  static func draw(
    _ problem: String?, hints: [String], of index: Int, isFocused: Bool, _ place: DialogLayout.Form,
    on canvas: inout Canvas, in input: Region
  ) {
    let palette = canvas.palette
    let problem = problem.map { "\(canvas.glyphs.bad) \($0)" }
    if place.remarks.indices.contains(index) {
      let below = place.remarks[index]
      let indented = Region(column: input.column, row: below.row, columns: input.columns, rows: below.rows)
      let lines = problem.map { wrapped($0, to: indented.columns).map { Line($0, palette.bad) } }
      canvas.put(lines ?? fitting(hints, indented).map { Line($0, palette.faint) }, in: indented)
    } else if isFocused {
      let lines =
        problem.map { [Line($0, palette.bad)] } ?? fitting(hints, place.notice).map { Line($0, palette.faint) }
      canvas.put(lines, in: place.notice)
    }
  }

  /// The first text that fits, in lines.
  private static func fitting(_ texts: [String], _ place: Region) -> [String] {
    let folded = texts.map { wrapped($0, to: place.columns) }
    return folded.first { $0.count <= place.rows } ?? folded.last ?? []
  }

  /// That an answer is awaited, or was a no.
  static func draw(_ submission: Submission, _ fields: [String], on canvas: inout Canvas, in place: Region) {
    guard let notice = submission.notice(fields) else { return }
    canvas.fill(place)
    let style = notice.isRefusal ? canvas.palette.bad : canvas.palette.faint
    let text = notice.isRefusal ? "\(canvas.glyphs.bad) \(notice.text)" : notice.text
    let lines = place.rows > 1 ? wrapped(text, to: place.columns) : [text]
    canvas.put(lines.map { Line($0, style) }, in: place)
  }
}
