/// The playback address as a QR code, and as text.
enum QRCodeDialog {
  static func draw(_ url: String, _ code: PictureCells?, on canvas: inout Canvas, in body: Region, or whole: Region) {
    let palette = canvas.palette
    let room = ScreenSize(columns: body.columns - 2, rows: body.rows - 2)
    let fits = code.map { $0.size.columns <= room.columns && $0.size.rows <= room.rows } ?? false
    if let code, !fits, code.size.columns <= whole.columns, code.size.rows <= whole.rows {
      // Better without a frame, and over the header, than not at all.
      canvas.fill(whole)
      return canvas.put(code, in: whole)
    }
    let codeColumns = fits ? code?.size.columns ?? 0 : 0
    let columns = min(body.columns, max(44, codeColumns + 4, columns(of: url) + 4))
    let address = wrapped(url, to: columns - 4)
    let words = code == nil ? "making the code" : "no room for the code here"
    let above = fits ? code?.size.rows ?? 0 : 1
    let region = body.centred(
      ScreenSize(columns: columns, rows: min(body.rows, above + address.count + 2)))
    canvas.fill(region)
    canvas.box(region, title: "Watch", isFocused: true)
    let inside = region.inset(columns: 1, rows: 1)
    if fits, let code {
      canvas.put(code, in: inside.lines(0..<above))
    } else {
      canvas.put(words, palette.faint, in: inside, alignment: .centre)
    }
    canvas.put(
      address.map { Line($0, palette.strong) }, in: inside.lines(above..<inside.rows), alignment: .centre)
  }
}
