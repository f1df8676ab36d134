internal import ArgumentParser
internal import BroadcastConfiguration
internal import Console
internal import Settings

/// `ivs-broadcast settings`: what the settings file may hold.
struct SettingsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "settings",
    abstract: "Lists all settings and keys, or prints a settings file to begin with.",
    discussion: """
      The settings file is ~/.config/ivs-broadcast/settings.yaml, or the one given with --config.

        ivs-broadcast settings
        ivs-broadcast settings --example > kiosk.yaml
        ivs-broadcast check --config kiosk.yaml
      """)

  @Flag(help: "Print a commented settings file instead of the list.")
  var example = false

  func run() {
    Output.result(example ? Self.sample : Self.rows.table(columns: Output.columns ?? 100))
  }

  /// A file in which nothing is in effect: it changes no default.
  static var sample: String {
    """
    # Settings of ivs-broadcast. A line that begins with `#name:` is not in effect and shows the default or an example;
    # remove the # to set it, for a nested one also that of the line above.

    """ + rows.yaml
  }

  /// Every setting, and the table of the console's keys.
  static var rows: [SettingRow] {
    SettingKey.allCases.map { key in
      let facts = key.facts
      return SettingRow(key.rawValue, facts.defaultValue ?? facts.example, facts.help(withDefault: true))
    } + [
      SettingRow(
        "keys", "",
        "Other keys for the console's commands: a character, F1 to F12, Ctrl-X, Alt-x, Tab, Space; several with spaces between, or none.",
        rows: Keymap.commands.map { SettingRow($0.name, SettingsFile.quoted($0.keys), $0.help) })
    ]
  }
}
