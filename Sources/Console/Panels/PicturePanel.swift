internal import Interface

/// The picture, or words where there is none.
enum PicturePanel {
  /// Where the picture is within its panel: everything inside the border.
  static func place(in region: Region) -> Region { region.inset(columns: 1, rows: 1) }

  static func draw(_ state: ConsoleState, on canvas: inout Canvas, in region: Region) {
    let video = state.status.video
    let size = video.width > 0 ? "\(video.width)x\(video.height)" : state.status.choice.video
    let remark = state.status.slateLamp.map { Line($0, canvas.palette.warning) } ?? Line(size, canvas.palette.faint)
    canvas.box(region, title: Panel.picture.title, remark: remark, isFocused: state.focus == .picture)
    let place = place(in: region)
    if let words = words(state, canvas.palette) {
      draw(words, on: &canvas, in: place)
    } else if let picture = state.picture {
      canvas.put(picture, in: place)
    }
  }

  /// What is said in place of the picture; `nil` while there is one.
  private static func words(_ state: ConsoleState, _ palette: Palette) -> [(text: String, style: Style)]? {
    let video = state.status.video
    let source = video.source.isEmpty ? state.status.choice.camera : video.source
    if state.isCameraLost {
      let slate = state.isOnAir ? "Its last picture is still sent." : "It is used again once it is back."
      return [("CAMERA LOST", palette.bad), (source, palette.text), (slate, palette.faint)]
    }
    if state.settings.isWatching {
      return [("no preview here: only the broadcaster's own console shows it", palette.faint), (source, palette.faint)]
    }
    if !state.settings.isPictureOn {
      return [("picture off; \(state.keymap.keyName(.picture)) shows it", palette.faint)]
    }
    if let slate = state.status.slateLamp, state.picture == nil {
      return [(slate, palette.warning), (source, palette.faint)]
    }
    if video.sourceState == .waiting {
      return [(source, palette.text), ("It is shown as soon as there is one.", palette.faint)]
    }
    if video.sourceState == .opening { return [("opening the camera", palette.text), (source, palette.faint)] }
    return state.picture == nil ? [("waiting for the picture", palette.faint), (source, palette.faint)] : nil
  }

  private static func draw(_ words: [(text: String, style: Style)], on canvas: inout Canvas, in place: Region) {
    let folded = words.flatMap { text, style in wrapped(text, to: place.columns - 2).map { Line($0, style) } }
    let lines = folded.prefix(max(1, place.rows))
    let top = max(0, (place.rows - lines.count) / 2)
    canvas.put(Array(lines), in: place.inset(columns: 1, rows: 0).lines(top..<place.rows), alignment: .centre)
  }
}
