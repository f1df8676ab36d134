internal import Interface

/// What the layout has to know of the state.
struct LayoutNeeds: Equatable, Sendable {
  var focus = Panel.picture
  /// The panel with the focus has the place of all.
  var isZoomed = false
  var isPictureOn = true
  /// The service says something of the stream.
  var hasService = false
  /// The picture's width over its height.
  var aspect = 16.0 / 9

  init() {}

  init(_ state: ConsoleState) {
    focus = state.focus
    isZoomed = state.isZoomed
    hasService = state.status.service != nil
    isPictureOn = state.settings.isPictureOn
    let video = state.status.video
    if video.width > 0, video.height > 0 { aspect = Double(video.width) / Double(video.height) }
  }
}

/// Where everything stands on the screen.
struct Layout: Equatable, Sendable {
  static let smallest = ScreenSize(columns: 40, rows: 12)

  let header: Region
  let body: Region
  let footer: Region
  let panels: [Panel: Region]

  /// The layout for a size; `nil` below the smallest.
  init?(_ needs: LayoutNeeds, size: ScreenSize) {
    guard size.columns >= Self.smallest.columns, size.rows >= Self.smallest.rows else { return nil }
    let head = size.rows >= 24 ? 4 : 2
    header = Region(column: 0, row: 0, columns: size.columns, rows: head)
    body = Region(column: 0, row: head, columns: size.columns, rows: size.rows - head - 1)
    footer = Region(column: 0, row: size.rows - 1, columns: size.columns, rows: 1)
    let service: [[Panel]] = needs.hasService ? [[.service]] : []
    if needs.isZoomed {
      panels = [needs.focus: body]
    } else if size.columns < 70 {
      panels = Stack(needs, in: body).place(
        [[.picture], [.levels], [.bitrate], [.health]] + service + [[.channel], [.events]],
        importance: [.picture, .levels, .health, .service, .bitrate, .events, .channel])
    } else if size.columns < 120 {
      // Of few rows the picture keeps what it needs: what is chosen is seen less often than what arrives.
      let isLow = body.rows < 26 && needs.hasService
      let last: [[Panel]] = isLow ? (needs.focus == .channel ? [[.channel]] : service) : service + [[.channel]]
      panels = Self.columns(
        needs, body, share: 0.5, left: [[.picture], [.levels]] + last, right: [[.health], [.bitrate], [.events]])
    } else {
      panels = Self.columns(
        needs, body, share: 0.45, left: [[.picture], [.levels], [.events]],
        right: needs.hasService
          ? [[.bitrate], [.health, .service], [.channel]] : [[.bitrate], [.health, .channel]])
    }
  }

  private static func columns(
    _ needs: LayoutNeeds, _ body: Region, share: Double, left: [[Panel]], right: [[Panel]]
  ) -> [Panel: Region] {
    let width = Int((Double(body.columns) * share).rounded())
    let first = Region(column: body.column, row: body.row, columns: width, rows: body.rows)
    let second = Region(column: body.column + width, row: body.row, columns: body.columns - width, rows: body.rows)
    var panels = Stack(needs, in: first).place(left, importance: [.picture, .levels, .service, .channel, .events])
    let rest = Stack(needs, in: second).place(right, importance: [.health, .bitrate, .events, .channel])
    panels.merge(rest) { first, _ in first }
    return panels
  }
}
