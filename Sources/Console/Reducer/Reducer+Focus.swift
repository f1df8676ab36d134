internal import Interface

extension Reducer {
  /// Moves the focus, or scrolls the events while they have it.
  mutating func move(_ command: Command) {
    switch command {
    case .nextPanel: cycle(by: 1)
    case .previousPanel: cycle(by: -1)
    case .pageUp: scroll(by: pageRows)
    case .pageDown: scroll(by: -pageRows)
    case .top: scroll(by: .max / 2)
    case .bottom: state.events.offset = 0
    case .up where state.focus == .events: scroll(by: 1)
    case .down where state.focus == .events: scroll(by: -1)
    case .up: turn(column: 0, row: -1)
    case .down: turn(column: 0, row: 1)
    case .left: turn(column: -1, row: 0)
    case .right: turn(column: 1, row: 0)
    default: break
    }
  }

  /// Scrolls the events; up is towards the older ones.
  mutating func scroll(by rows: Int) {
    let shown = state.events.shown(of: state.status.events, from: state.settings.eventSeverity).count
    // Shown whole they may take many rows each.
    let most = max(0, shown - (state.isZoomed ? 1 : pageRows + 1))
    state.events.offset = max(0, min(most, min(state.events.offset, most) + min(rows, most)))
  }

  private var pageRows: Int {
    let rows = Layout(LayoutNeeds(state), size: state.size)?.panels[.events]?.rows ?? 4
    return max(1, rows - 3)
  }

  private mutating func cycle(by step: Int) {
    let all = state.panels
    let index = all.firstIndex(of: state.focus) ?? 0
    state.focus = all[(index + step + all.count) % all.count]
  }

  /// Moves the focus to the nearest panel that is seen on that side.
  private mutating func turn(column: Int, row: Int) {
    guard let panels = Layout(LayoutNeeds(state), size: state.size)?.panels, panels.count > 1,
      let from = panels[state.focus]
    else { return cycle(by: column + row) }
    func middle(_ region: Region) -> (column: Int, row: Int) {
      (region.column * 2 + region.columns, (region.row * 2 + region.rows) * 2)
    }
    let start = middle(from)
    let found = panels.filter { panel, region in
      if column != 0 { return column > 0 ? region.column >= from.endColumn : region.endColumn <= from.column }
      return row > 0 ? region.row >= from.endRow : region.endRow <= from.row
    }.min { left, right in
      func distance(_ region: Region) -> Int {
        let end = middle(region)
        return abs(end.column - start.column) + abs(end.row - start.row)
      }
      return (distance(left.value), left.key.rawValue) < (distance(right.value), right.key.rawValue)
    }
    if let found {
      state.focus = found.key
    } else if panels.count < state.panels.count {
      cycle(by: column + row)
    }
  }
}
