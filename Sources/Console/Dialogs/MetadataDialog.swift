/// Asks for the text that is put into the stream.
enum MetadataDialog {
  static func draw(_ metadata: MetadataInput, on canvas: inout Canvas, in body: Region) {
    let palette = canvas.palette
    let region = DialogLayout.prompt(body: body)
    canvas.fill(region)
    canvas.box(region, title: "Timed metadata", isFocused: true)
    let inside = region.insideBorder
    TextField.draw(metadata.input, style: palette.input, on: &canvas, in: inside.line(0))
    let isTooLong = metadata.byteCount > MetadataInput.limit.upperBound
    let count = "\(metadata.byteCount) of \(MetadataInput.limit.upperBound) bytes"
    canvas.put(
      Line.fitting(
        [
          Part(
            isTooLong ? "\(canvas.glyphs.bad) \(count)" : count, isTooLong ? palette.bad : palette.text, importance: 2),
          Part("players get it with the picture", palette.faint, importance: 1),
        ], in: inside.columns), in: inside.line(1))
    FormMessage.draw(metadata.submission, [], on: &canvas, in: inside.line(1))
  }
}
