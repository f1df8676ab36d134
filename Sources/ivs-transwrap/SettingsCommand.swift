internal import ArgumentParser
internal import CLinux
internal import Glibc
internal import Settings
internal import TranswrapServer

/// `ivs-transwrap settings`: what a settings file may hold.
struct SettingsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "settings",
    abstract: "Lists all settings, or prints a settings file to begin with.",
    discussion: """
        ivs-transwrap settings
        ivs-transwrap settings --example > settings.yaml
      """)

  @Flag(help: "Print a commented settings file instead of the list.")
  var example = false

  func run() {
    print(
      example ? ProxySettings.example : ProxySettings.table.table(columns: Self.columns),
      terminator: example ? "" : "\n")
  }

  private static var columns: Int {
    var (columns, rows) = (Int32(0), Int32(0))
    guard unsafe clinux_terminal_size(STDOUT_FILENO, &columns, &rows) == 0, columns > 0 else { return 100 }
    return Int(columns)
  }
}
