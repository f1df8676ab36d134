internal import Interface

/// The playback address as a QR code, and as text.
enum QRCodeDialog {
  static func draw(_ url: String, _ code: PictureCells?, on canvas: inout Canvas, in body: Region, or whole: Region) {
    let palette = canvas.palette
    let note = note(url)
    func text(_ width: Int) -> [Line] {
      wrapped(url, to: width).map { Line($0, palette.strong) }
        + (note.map { wrapped($0, to: width).map { Line($0, palette.warning) } } ?? [])
    }
    let room = ScreenSize(columns: body.columns - 2, rows: body.rows - 2)
    let fits = code.map { $0.size.columns <= room.columns && $0.size.rows <= room.rows } ?? false
    if let code, !fits, code.size.columns <= whole.columns, code.size.rows <= whole.rows {
      // Better without a frame, and over the header, than not at all; beside it where there is no row below.
      canvas.fill(whole)
      let below = whole.lines(code.size.rows..<whole.rows)
      let isBelow = text(whole.columns).count <= below.rows
      let beside = (whole.columns - code.size.columns) / 2 - 1
      canvas.put(code, in: isBelow ? whole.lines(0..<code.size.rows) : whole)
      if isBelow {
        canvas.put(text(whole.columns), in: below, alignment: .centre)
      } else if beside >= 10 {
        canvas.put(text(beside), in: Region(column: 0, row: whole.row, columns: beside, rows: whole.rows))
      }
      return
    }
    let codeColumns = fits ? code?.size.columns ?? 0 : 0
    let columns = min(body.columns, max(note == nil ? 44 : 60, codeColumns + 4, columns(of: url) + 4))
    let words = code == nil ? "making the code" : "no room for the code here"
    let above = fits ? code?.size.rows ?? 0 : 1
    let lines = text(columns - 4)
    let region = body.centred(ScreenSize(columns: columns, rows: min(body.rows, above + lines.count + 2)))
    canvas.fill(region)
    canvas.box(region, title: "Watch", isFocused: true)
    let inside = region.inset(columns: 1, rows: 1)
    if fits, let code {
      canvas.put(code, in: inside.lines(0..<above))
    } else {
      canvas.put(words, palette.faint, in: inside, alignment: .centre)
    }
    canvas.put(lines, in: inside.lines(above..<inside.rows), alignment: .centre)
  }

  /// What a phone that reads the code could not know.
  private static func note(_ url: String) -> String? {
    guard let parts = IngestAddress.parts(url) else { return nil }
    guard ["localhost", "[::1]"].contains(parts.host) || parts.host.hasPrefix("127.") else { return nil }
    let port = parts.port ?? "80"
    return "Only this machine can open it, no phone. From another one: ssh -L \(port):127.0.0.1:\(port) HOST"
  }
}
