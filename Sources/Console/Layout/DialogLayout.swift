/// Where the dialogs other than menus stand.
enum DialogLayout {
  /// A question with two buttons.
  struct Question: Equatable {
    private static let nameColumns = 12

    let region: Region
    let text: [String]
    let yes: Region
    let no: Region

    init(_ confirmation: Confirmation, body: Region) {
      let width = min(body.columns, 60)
      let facts = confirmation.facts.map { padded($0.name, to: Self.nameColumns) + $0.value }
      text = facts + wrapped(confirmation.consequence, to: width - 4)
      let rows = min(body.rows, text.count + 6)
      region = body.centred(ScreenSize(columns: width, rows: rows))
      let inside = region.insideBorder
      let row = inside.endRow - 1
      let start = inside.column + max(0, (inside.columns - 22) / 2)
      no = Region(column: start, row: row, columns: 10, rows: 1)
      yes = Region(column: start + 12, row: row, columns: 10, rows: 1)
    }
  }

  /// A form: for each field a row, and one or two below it for its hint or problem where there is room.
  struct Form: Equatable {
    let region: Region
    let fields: [Region]
    let remarks: [Region]
    let notice: Region
    /// For a refusal that is about no field: as the notice, with the row above it where that is free.
    let refusal: Region

    init(body: Region, count: Int) {
      let isRoomy = body.rows >= 2 * count + 4
      let step = isRoomy && body.rows >= 3 * count + 4 ? 3 : isRoomy ? 2 : 1
      let rows = min(body.rows, count * step + 3)
      region = body.centred(ScreenSize(columns: min(body.columns, 76), rows: rows))
      let inside = region.insideBorder
      fields = (0..<count).map { inside.line($0 * step) }
      remarks = isRoomy ? (0..<count).map { inside.lines(($0 * step + 1)..<(($0 + 1) * step)) } : []
      notice = inside.line(inside.rows - 1)
      refusal = step == 3 ? inside.lines(inside.rows - 2..<inside.rows) : notice
    }
  }

  /// The list of keys.
  struct Keys: Equatable {
    let region: Region
    let list: Region
    let filter: Region

    init(body: Region) {
      region = body.centred(ScreenSize(columns: min(body.columns, 100), rows: body.rows))
      let inside = region.insideBorder
      list = inside.lines(0..<max(1, inside.rows - 1))
      filter = inside.line(inside.rows - 1)
    }
  }

  /// One line to type in.
  static func prompt(body: Region) -> Region {
    body.centred(ScreenSize(columns: min(body.columns, 64), rows: 4))
  }
}
