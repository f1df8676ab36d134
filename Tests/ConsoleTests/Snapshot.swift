import Foundation
import Testing

@testable import Console

/// Screens as text files: the glyphs, then a letter for each cell's style, then what the letters mean.
enum Snapshot {
  static let sizes = [
    ScreenSize(columns: 40, rows: 12), ScreenSize(columns: 60, rows: 18), ScreenSize(columns: 80, rows: 24),
    ScreenSize(columns: 120, rows: 36), ScreenSize(columns: 200, rows: 60),
  ]
  static let modes = [("full", Samples.full), ("plain", Samples.plain)]

  /// Compares with the file of this name; with RECORD_SNAPSHOTS=1 it is written anew.
  static func check(_ screens: [Screen], _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let text = screens.map(text).joined(separator: "\n")
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Snapshots/\(name).txt")
    if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1" {
      try Data(text.utf8).write(to: file)
      return
    }
    let expected = try String(contentsOf: file, encoding: .utf8)
    guard text != expected else { return }
    let pairs = zip(
      text.split(separator: "\n", omittingEmptySubsequences: false),
      expected.split(separator: "\n", omittingEmptySubsequences: false))
    let line = pairs.enumerated().first { $0.element.0 != $0.element.1 }
    Issue.record(
      """
      \(name) line \((line?.offset ?? 0) + 1)
      now:      \(line?.element.0 ?? "another number of lines")
      expected: \(line?.element.1 ?? "")
      """, sourceLocation: sourceLocation)
  }

  static func text(_ screen: Screen) -> String {
    var letters: [Style: Character] = [Style(): "."]
    var legend: [String] = []
    let alphabet = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
    var styles = ""
    for row in 0..<screen.size.rows {
      var line = ""
      for column in 0..<screen.size.columns {
        let style = screen[Position(column: column, row: row)].style
        if letters[style] == nil {
          let letter = legend.count < alphabet.count ? alphabet[legend.count] : "?"
          letters[style] = letter
          legend.append("\(letter) \(description(style))")
        }
        line.append(letters[style] ?? "?")
      }
      while line.last == "." { line.removeLast() }
      styles += line + "\n"
    }
    let cursor = screen.cursor.map { "cursor \($0.column),\($0.row)\n" } ?? ""
    return "\(screen.size.columns)x\(screen.size.rows)\n\(glyphs(screen))\(cursor)styles\n\(styles)"
      + legend.joined(separator: "\n") + "\n"
  }

  static func glyphs(_ screen: Screen) -> String {
    (0..<screen.size.rows).map { row in
      var line = (0..<screen.size.columns).map { screen[Position(column: $0, row: row)].glyph }.joined()
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
  }

  private static func description(_ style: Style) -> String {
    var words: [String] = []
    if style.foreground != .standard { words.append(name(style.foreground)) }
    if style.background != .standard { words.append("on \(name(style.background))") }
    if style.isBold { words.append("bold") }
    if style.isDim { words.append("dim") }
    if style.isReversed { words.append("reversed") }
    if style.isUnderlined { words.append("underlined") }
    return words.joined(separator: " ")
  }

  private static func name(_ color: CellColor) -> String {
    switch color {
    case .standard: "standard"
    case .named(let name): "\(name)"
    case .rgb(let red, let green, let blue):
      "#" + [red, green, blue].map { String($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
  }
}
