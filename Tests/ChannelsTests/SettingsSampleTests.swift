import BroadcastConfiguration
import Console
import Foundation
import Interface
import Settings
import Testing

@testable import ivs_broadcast

@Suite("What is one command away: all settings, all fields of the status")
struct SettingsSampleTests {
  @Test("the sample changes nothing as it stands, and every line of it can be put into effect")
  func sample() throws {
    #expect(try SettingsFile.parse(SettingsCommand.sample, path: "s.yaml").isEmpty)
    let lines = SettingsCommand.sample.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      line.hasPrefix("#") && (!line.hasPrefix("# ") || line.hasPrefix("#  ")) ? line.dropFirst() : line
    }
    let text = lines.joined(separator: "\n")
    let values = try SettingsFile.parse(text, path: "s.yaml")
    #expect(Set(values.keys) == Set(SettingKey.allCases))
    _ = try BroadcastSettings(options: values)
    let folder = FileManager.default.temporaryDirectory.appending(path: "sample-\(UUID().uuidString).yaml")
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(text.utf8).write(to: folder)
    let keys = try SettingsFile.loadKeys(folder.path).mapValues(\.text)
    #expect(keys.count == Keymap.commands.count && keys["mute"] == "m")
    _ = try Keymap(remaps: keys)
  }

  @Test("the list names each setting and each command that can have another key")
  func list() {
    let words = Set(
      SettingsCommand.rows.table(columns: 80).split(separator: "\n").compactMap { $0.split(separator: " ").first })
    for name in SettingKey.allCases.map(\.rawValue) + Keymap.commands.map(\.name) + ["keys"] {
      #expect(words.contains(name[...]), "\(name)")
    }
  }

  @Test("every field that a status may have stands in the help of status")
  func fields() throws {
    var status = BroadcastStatus()
    status.video.framesPerSecond = 1
    status.service = ServiceHealth(health: "HEALTHY")
    let object = try #require(
      try JSONSerialization.jsonObject(with: JSONEncoder().encode(status)) as? [String: Any])
    for (name, value) in object {
      #expect(StatusFields.text.contains("  \(name)"), "\(name)")
      guard let nested = value as? [String: Any], ["video", "audio", "transport"].contains(name) else { continue }
      for field in nested.keys { #expect(StatusFields.text.contains(field), "\(name).\(field)") }
    }
    let names = Set(Mirror(reflecting: BroadcastStatus()).children.compactMap(\.label))
    for name in names { #expect(StatusFields.text.contains(name), "\(name)") }
  }
}
