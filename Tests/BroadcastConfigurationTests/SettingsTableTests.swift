import BroadcastConfiguration
import Foundation
import Settings
import Testing

@Suite("The table of settings")
struct SettingsTableTests {
  /// The manual's rows of settings: names to the default's column.
  private static func manual() throws -> [String: String] {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    var rows: [String: String] = [:]
    for line in try String(contentsOf: root.appending(path: "assets/manual/settings.md"), encoding: .utf8).split(
      separator: "\n")
    {
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      guard line.hasPrefix("| `"), cells.count >= 3 else { continue }
      for name in cells[0].split(separator: ", ") { rows[String(name).replacing("`", with: "")] = cells[1] }
    }
    return rows
  }

  @Test("the manual has each setting with its default", arguments: SettingKey.allCases)
  func documented(key: SettingKey) throws {
    let column = try #require(try Self.manual()[key.rawValue], "\(key.rawValue) is not in the manual's table")
    guard let value = key.facts.defaultValue else { return }
    #expect(column.contains("`\(value)`"), "\(key.rawValue): \(column)")
  }

  @Test("help is a sentence, and the default is what an empty file gives", arguments: SettingKey.allCases)
  func said(key: SettingKey) throws {
    #expect(key.facts.help.hasSuffix(".") && !key.facts.help.contains("default"))
    guard let value = key.facts.defaultValue else { return }
    _ = try BroadcastSettings(options: [key: .option(key, value)])
  }
}
