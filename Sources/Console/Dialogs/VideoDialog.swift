/// Asks for a size and rate that is in no list.
enum VideoDialog {
  static func draw(_ video: VideoInput, on canvas: inout Canvas, in body: Region) {
    let palette = canvas.palette
    let region = body.centred(ScreenSize(columns: min(body.columns, 64), rows: 5))
    canvas.fill(region)
    canvas.box(region, title: "Picture size", isFocused: true)
    let inside = region.insideBorder
    TextField.draw(video.input, style: palette.input, on: &canvas, in: inside.line(0))
    let isWrong = video.problem != nil
    let text = isWrong ? "\(canvas.glyphs.bad) \(video.remark)" : video.remark
    canvas.put(
      wrapped(text, to: inside.columns).map { Line($0, isWrong ? palette.bad : palette.faint) },
      in: inside.lines(1..<inside.rows))
  }
}
