/// Where the log's events stand.
struct LogLayout {
  let region: Region
  let list: Region
  /// The first event that is seen.
  let first: Int
  /// For the event under the cursor, whole.
  let whole: Region
  /// For the filter, or where the log is.
  let line: Region

  init(_ log: LogView, body: Region) {
    region = body
    let inside = region.insideBorder
    let below = Self.rowsBelow(inside)
    list = inside.lines(0..<max(1, inside.rows - below - 1))
    whole = inside.lines(list.rows..<max(list.rows, inside.rows - 1))
    line = inside.line(inside.rows - 1)
    let cursor = log.index ?? 0
    first = max(0, min(cursor - list.rows / 2, log.records.count - list.rows))
  }

  /// How many events a page has.
  static func page(of body: Region) -> Int {
    let inside = body.insideBorder
    return max(1, inside.rows - rowsBelow(inside) - 1)
  }

  private static func rowsBelow(_ inside: Region) -> Int { inside.rows >= 20 ? 4 : inside.rows >= 12 ? 3 : 2 }
}
