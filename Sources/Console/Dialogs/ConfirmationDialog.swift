/// A question with its consequence and two buttons.
enum ConfirmationDialog {
  static func draw(_ confirmation: Confirmation, on canvas: inout Canvas, in body: Region) {
    let place = DialogLayout.Question(confirmation, body: body)
    let palette = canvas.palette
    canvas.fill(place.region)
    canvas.box(place.region, title: confirmation.question, isFocused: true)
    let inside = place.region.insideBorder
    let gap = inside.rows >= place.text.count + 4 ? 1 : 0
    canvas.put(place.text.map { Line($0) }, in: inside.lines(gap..<inside.rows - 1))
    button("n", "No", isSelected: !confirmation.isYesSelected, palette, on: &canvas, in: place.no)
    button("y", "Yes", isSelected: confirmation.isYesSelected, palette, on: &canvas, in: place.yes)
  }

  private static func button(
    _ key: String, _ word: String, isSelected: Bool, _ palette: Palette, on canvas: inout Canvas, in place: Region
  ) {
    let style = isSelected ? palette.selected : palette.text
    canvas.fill(place, style)
    let brackets = isSelected ? ("[", "]") : (" ", " ")
    canvas.put("\(brackets.0) \(key) \(word) \(brackets.1)", style, in: place, alignment: .centre)
  }
}
