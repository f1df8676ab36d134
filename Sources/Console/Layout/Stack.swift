/// Panels on top of each other: which of them there is room for, and how high each is.
struct Stack {
  private let needs: LayoutNeeds
  private let region: Region

  init(_ needs: LayoutNeeds, in region: Region) {
    self.needs = needs
    self.region = region
  }

  /// Places rows of panels from the top; the one with the focus always, the others while there is room.
  func place(_ rows: [[Panel]], importance: [Panel]) -> [Panel: Region] {
    let ranked = rows.indices.sorted { rank(rows[$0], importance) < rank(rows[$1], importance) }
    var kept: [Int] = []
    var used = 0
    for index in ranked {
      let least = rows[index].map(least).max() ?? 0
      guard kept.isEmpty || used + least <= region.rows else { continue }
      kept.append(index)
      used += least
    }
    kept.sort()
    let heights = heights(kept.map { rows[$0] })
    var result: [Panel: Region] = [:]
    var row = region.row
    for (index, height) in zip(kept, heights) {
      var column = region.column
      for (number, panel) in rows[index].enumerated() {
        let left = rows[index].count - number
        let width = (region.endColumn - column) / left
        result[panel] = Region(column: column, row: row, columns: width, rows: height)
        column += width
      }
      row += height
    }
    return result
  }

  private func rank(_ row: [Panel], _ importance: [Panel]) -> Int {
    if row.contains(needs.focus) { return -1 }
    return row.compactMap { importance.firstIndex(of: $0) }.min() ?? importance.count
  }

  /// The heights of rows that fill the region: each from its least towards its most, by weight.
  private func heights(_ rows: [[Panel]]) -> [Int] {
    let leasts = rows.map { $0.map(least).max() ?? 0 }
    let mosts = rows.map { $0.map(most).max() ?? 0 }
    let weights = rows.map { $0.map(weight).max() ?? 1 }
    var heights = leasts
    if rows.count == 1 { return [region.rows] }
    while heights.reduce(0, +) < region.rows {
      let open = heights.indices.filter { heights[$0] < mosts[$0] }
      let next = open.min {
        (heights[$0] - leasts[$0] + 1) * weights[$1] < (heights[$1] - leasts[$1] + 1) * weights[$0]
      }
      heights[next ?? heights.count - 1] += 1
    }
    return heights
  }

  private func least(_ panel: Panel) -> Int {
    switch panel {
    case .picture: needs.isPictureOn ? 5 : 3
    case .levels, .events, .channel: 4
    case .bitrate, .health, .service: 5
    }
  }

  private func most(_ panel: Panel) -> Int {
    switch panel {
    // A cell is about twice as high as it is wide.
    case .picture: needs.isPictureOn ? Int((Double(region.columns - 4) / needs.aspect / 2).rounded()) + 2 : 3
    case .levels: 8
    case .health: 14
    case .service: 16
    case .channel: 9
    case .bitrate, .events: Int.max / 4
    }
  }

  private func weight(_ panel: Panel) -> Int {
    switch panel {
    case .picture: 5
    case .levels: 2
    case .health, .service: 8
    case .channel: 3
    case .bitrate: 2
    case .events: 1
    }
  }
}
