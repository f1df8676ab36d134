import ArgumentParser
import BroadcastConfiguration
import Settings
import Testing

@testable import ivs_broadcast

@Suite("Options of a broadcast")
struct OptionTableTests {
  @Test("each setting is an option, with the table's help", arguments: SettingKey.allCases)
  func option(key: SettingKey) throws {
    let value = key.facts.metavar == nil ? [] : [key.facts.defaultValue ?? "x"]
    let options = try BroadcastOptions.parse(["--\(key.rawValue)"] + value)
    let given = try options.values()[key]
    #expect(given?.text == value.first ?? "true" && given?.origin == "--\(key.rawValue)")
    let help = BroadcastOptions.helpMessage(columns: 1000)
    #expect(help.contains(key.facts.help.dropLast()), "\(help)")
  }
}
