import Foundation
import Media
import Settings
import TestSupport
import Testing

@testable import BroadcastConfiguration

@Suite("Keys in the settings file") struct SettingsKeysTests {
  /// A file, the keys that are to be in it, and the file then.
  static let changes: [(before: String, keys: [String: String], after: String)] = [
    ("camera: test\n", ["mute": "F5"], "camera: test\nkeys:\n  mute: 'F5'\n"),
    ("camera: test\n", [:], "camera: test\n"),
    (
      "keys:\n  # the stage's pedal\n  mute: F2\n  qr: m\n\nchannel: local\n", ["mute": "x", "clear-clip": "none"],
      "keys:\n  # the stage's pedal\n  mute: 'x'\n\n  clear-clip: 'none'\nchannel: local\n"
    ),
    ("keys: {mute: F2}\nchannel: local\n", ["qr": "F3"], "keys:\n  qr: 'F3'\nchannel: local\n"),
    ("keys:\n  mute: F2\nchannel: local\n", [:], "channel: local\n"),
    ("", ["mark": "'", "mute": "#"], "keys:\n  mark: ''''\n  mute: '#'\n"),
  ]

  @Test("the table holds what is wanted, all other lines stay", arguments: changes.indices) func change(index: Int)
    throws
  {
    let (before, keys, after) = Self.changes[index]
    let changed = SettingsFile.withKeys(before, keys)
    #expect(changed == (before.isEmpty ? "\(after)" : after))
    #expect(try SettingsFile.parseKeys(changed, path: "kiosk.yaml").mapValues(\.text) == keys)
  }

  @Test("a table that cannot be found by its line is left alone, with words") func quotedName() throws {
    let directory = try TemporaryDirectory()
    let file = directory.url.appending(path: "settings.yaml")
    try Data("'keys': {mute: F2}\n".utf8).write(to: file)
    let failure = #expect(throws: OperatorFailure.self) { try SettingsFile.changeKeys(file.path, ["mute": "x"]) }
    #expect(
      failure?.description.hasSuffix("its table of keys cannot be changed line by line; set `keys` by hand") == true)
    #expect(try String(contentsOf: file, encoding: .utf8) == "'keys': {mute: F2}\n")
  }

  @Test("a file that is not there is made") func fresh() throws {
    let directory = try TemporaryDirectory()
    let file = directory.url.appending(path: "new/settings.yaml")
    try SettingsFile.changeKeys(file.path, ["mute": "F5"])
    #expect(try SettingsFile.loadKeys(file.path).mapValues(\.text) == ["mute": "F5"])
  }
}
