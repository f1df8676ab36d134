/// Asks for the text of a mark.
enum MarkDialog {
  static func draw(_ input: TextInput, on canvas: inout Canvas, in body: Region) {
    let region = DialogLayout.prompt(body: body)
    canvas.fill(region)
    canvas.box(region, title: "Mark this moment", isFocused: true)
    let inside = region.insideBorder
    TextField.draw(input, style: canvas.palette.input, on: &canvas, in: inside.line(0))
    canvas.put("Kept in the events with its time.", canvas.palette.faint, in: inside.line(1))
  }
}
