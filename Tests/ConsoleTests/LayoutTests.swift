import Interface
import Testing

@testable import Console

@Suite("Layout") struct LayoutTests {
  /// Every region as a block of its letter.
  private func drawing(_ needs: LayoutNeeds, _ columns: Int, _ rows: Int) -> String {
    guard let layout = Layout(needs, size: ScreenSize(columns: columns, rows: rows)) else { return "too small" }
    var grid = Array(repeating: Array(repeating: Character("?"), count: columns), count: rows)
    let letters: [Panel: Character] = [
      .picture: "P", .levels: "L", .bitrate: "B", .health: "H", .channel: "C", .events: "E", .service: "S",
    ]
    let named = layout.panels.map { (letters[$0.key] ?? "?", $0.value) }
    for (letter, region) in [("^", layout.header), ("_", layout.footer)] + named {
      for row in region.row..<region.endRow {
        for column in region.column..<region.endColumn { grid[row][column] = letter }
      }
    }
    // Four columns of the terminal are one of the picture.
    return grid.map { row in String(stride(from: 0, to: columns, by: 4).map { row[$0] }) }.joined(separator: "\n")
  }

  @Test("40x12: the picture and the levels") func smallest() {
    #expect(
      drawing(LayoutNeeds(), 40, 12) == """
        ^^^^^^^^^^
        ^^^^^^^^^^
        PPPPPPPPPP
        PPPPPPPPPP
        PPPPPPPPPP
        PPPPPPPPPP
        PPPPPPPPPP
        LLLLLLLLLL
        LLLLLLLLLL
        LLLLLLLLLL
        LLLLLLLLLL
        __________
        """)
  }

  @Test("40x12: the panel with the focus is always there") func focused() {
    var needs = LayoutNeeds()
    needs.focus = .events
    #expect(
      drawing(needs, 40, 12) == """
        ^^^^^^^^^^
        ^^^^^^^^^^
        PPPPPPPPPP
        PPPPPPPPPP
        PPPPPPPPPP
        PPPPPPPPPP
        PPPPPPPPPP
        EEEEEEEEEE
        EEEEEEEEEE
        EEEEEEEEEE
        EEEEEEEEEE
        __________
        """)
  }

  @Test("80x24: two columns with everything") func usual() {
    #expect(
      drawing(LayoutNeeds(), 80, 24) == """
        ^^^^^^^^^^^^^^^^^^^^
        ^^^^^^^^^^^^^^^^^^^^
        ^^^^^^^^^^^^^^^^^^^^
        ^^^^^^^^^^^^^^^^^^^^
        PPPPPPPPPPHHHHHHHHHH
        PPPPPPPPPPHHHHHHHHHH
        PPPPPPPPPPHHHHHHHHHH
        PPPPPPPPPPHHHHHHHHHH
        PPPPPPPPPPHHHHHHHHHH
        PPPPPPPPPPHHHHHHHHHH
        PPPPPPPPPPHHHHHHHHHH
        PPPPPPPPPPHHHHHHHHHH
        LLLLLLLLLLHHHHHHHHHH
        LLLLLLLLLLBBBBBBBBBB
        LLLLLLLLLLBBBBBBBBBB
        LLLLLLLLLLBBBBBBBBBB
        LLLLLLLLLLBBBBBBBBBB
        CCCCCCCCCCBBBBBBBBBB
        CCCCCCCCCCBBBBBBBBBB
        CCCCCCCCCCEEEEEEEEEE
        CCCCCCCCCCEEEEEEEEEE
        CCCCCCCCCCEEEEEEEEEE
        CCCCCCCCCCEEEEEEEEEE
        ____________________
        """)
  }

  @Test("80x24 with a service: it stands where the channel was, which comes back with the focus") func service() {
    var needs = LayoutNeeds()
    needs.hasService = true
    let panels = Layout(needs, size: ScreenSize(columns: 80, rows: 24))?.panels ?? [:]
    #expect(panels[.service]?.columns == 40 && panels[.channel] == nil)
    needs.focus = .channel
    let focused = Layout(needs, size: ScreenSize(columns: 80, rows: 24))?.panels ?? [:]
    #expect(focused[.channel]?.columns == 40 && focused[.service] == nil)
  }

  @Test("a wide screen shows all panels, the service beside the health", arguments: [(120, 40), (160, 45), (400, 100)])
  func wide(columns: Int, rows: Int) throws {
    var needs = LayoutNeeds()
    needs.hasService = true
    let panels = try #require(Layout(needs, size: ScreenSize(columns: columns, rows: rows))).panels
    #expect(Set(panels.keys) == Set(Panel.allCases))
    #expect(panels[.service]?.row == panels[.health]?.row)
  }

  @Test("below 40x12 there is none") func tooSmall() {
    #expect(Layout(LayoutNeeds(), size: ScreenSize(columns: 39, rows: 12)) == nil)
    #expect(Layout(LayoutNeeds(), size: ScreenSize(columns: 40, rows: 11)) == nil)
    let screen = ConsoleView.screen(Samples.state(Samples.live, columns: 39, rows: 11))
    let text = Snapshot.glyphs(screen)
    #expect(text.contains("LIVE"))
    #expect(text.contains("40x12 is needed"))
  }

  static let sizes: [ScreenSize] =
    stride(from: 40, through: 400, by: 9).flatMap { columns in
      stride(from: 12, through: 100, by: 4).map { ScreenSize(columns: columns, rows: $0) }
    } + (60...130).map { ScreenSize(columns: $0, rows: 24) } + (12...60).map { ScreenSize(columns: 80, rows: $0) }

  @Test(
    "at every size all regions are inside, none overlaps another, and the body is covered", arguments: Panel.allCases)
  func regions(focus: Panel) throws {
    for size in Self.sizes {
      for (isPictureOn, hasService) in [(true, true), (false, true), (true, false), (false, false)]
      where hasService || focus != .service {
        var needs = LayoutNeeds()
        needs.hasService = hasService
        needs.focus = focus
        needs.isPictureOn = isPictureOn
        let layout = try #require(Layout(needs, size: size))
        let all = [layout.header, layout.footer] + layout.panels.values
        for (index, region) in all.enumerated() {
          // Plain conditions: millions of expectations would take a minute.
          let isInside =
            !region.isEmpty && region.column >= 0 && region.row >= 0 && region.endColumn <= size.columns
            && region.endRow <= size.rows
          if !isInside { Issue.record("\(region) is outside of \(size)") }
          for other in all[(index + 1)...] where region.overlaps(other) {
            Issue.record("\(region) overlaps \(other) at \(size)")
          }
        }
        let isReadable = layout.panels.values.allSatisfy { $0.columns >= 30 && $0.rows >= 3 }
        let area = all.reduce(0) { $0 + $1.columns * $1.rows }
        if layout.panels[focus] == nil || !isReadable || area != size.columns * size.rows {
          Issue.record("\(layout) at \(size)")
        }
      }
    }
  }

  @Test("a camera that was never there is not called lost")
  func absentCamera() {
    var status = Samples.idle
    (status.video.sourceState, status.video.source) = (.waiting, "no camera found: waiting for one")
    let text = Snapshot.glyphs(ConsoleView.screen(Samples.state(status, traits: Samples.plain)))
    #expect(text.contains("no camera found: waiting for one") && !text.contains("LOST"), "\(text)")
  }

  @Test("at every size the words that matter are there and whole", arguments: [Samples.plain, Samples.full])
  func words(traits: TerminalTraits) {
    let important = [
      "LIVE", "GOOD", "WARNING", "MUTED", "SLATE", "CAMERA", "LOST", "CLIP", "kbit/s", "READY", "OFF",
      "RECONNECTING", "CONNECTING", "LUFS", "frames", "SENDING", "STARVING", "HEALTHY",
    ]
    var muted = Samples.slowNetwork
    muted.audio.isMuted = true
    let lost = Samples.cameraLost
    let waiting = Samples.waiting
    let cases: [(BroadcastStatus, [String])] = [
      (muted, ["LIVE", "WARNING", "MUTED"]), (lost, ["LIVE", "BAD", "CAMERA LOST"]),
      (waiting, ["RECONNECTING", "OFF AIR"]), (Samples.onAir, ["ON AIR", "GOOD"]),
      (Samples.starving, ["ON AIR", "BAD"]),
      (Samples.sending, ["SENDING", "GOOD"]),
    ]
    for (status, words) in cases {
      var status = status
      // Their texts are cut wherever they end.
      status.events = []
      var state = Samples.state(status, traits: traits)
      for size in Self.sizes.enumerated().filter({ $0.offset % 13 == 0 }).map(\.element) {
        state.size = size
        let text = Snapshot.glyphs(ConsoleView.screen(state))
        let head = text.split(separator: "\n").prefix(4).joined(separator: "\n")
        for word in words { #expect(head.contains(word), "\(word) at \(size)") }
        for token in text.split(whereSeparator: { " │|\n".contains($0) }) {
          guard let stem = ["…", "~"].first(where: token.hasSuffix).map({ token.dropLast($0.count) }) else { continue }
          if important.contains(where: { $0.hasPrefix(stem) && stem.count > 1 }) {
            Issue.record("\(token) at \(size)")
          }
        }
      }
    }
  }

  @Test("every dialog stays between header and footer", arguments: SnapshotTests.dialogs.map(\.name))
  func dialogs(name: String) throws {
    let sample = try #require(SnapshotTests.dialogs.first { $0.name == name })
    var reducer = Reducer(state: Samples.state(sample.status))
    for key in sample.keys { _ = reducer.handle(.key(key)) }
    for size in Self.sizes.enumerated().filter({ $0.offset % 67 == 0 }).map(\.element) {
      _ = reducer.handle(.resize(size))
      var bare = reducer.state
      bare.dialogs = []
      let layout = try #require(Layout(LayoutNeeds(bare), size: size))
      let with = ConsoleView.screen(reducer.state)
      let without = ConsoleView.screen(bare)
      for row in 0..<layout.header.endRow {
        for column in 0..<size.columns {
          let position = Position(column: column, row: row)
          if with[position] != without[position] { Issue.record("\(position) at \(size)") }
        }
      }
    }
  }
}

extension Region {
  fileprivate func overlaps(_ other: Region) -> Bool {
    !isEmpty && !other.isEmpty && column < other.endColumn && other.column < endColumn && row < other.endRow
      && other.row < endRow
  }
}
