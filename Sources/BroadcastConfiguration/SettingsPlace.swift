internal import FoundationEssentials

/// Where settings, channels and logs are, as the XDG base directory specification has it.
public struct SettingsPlace: Sendable {
  /// The user's own directory for this program's settings.
  public let directory: String
  /// Where logs go.
  public let logDirectory: String

  /// The user's home: what HOME says, else what the system knows.
  package static var home: String {
    ProcessInfo.processInfo.environment["HOME"] ?? FileManager.default.homeDirectoryForCurrentUser.path
  }

  /// The places of the user that runs this process.
  public init(environment: [String: String]) {
    let home = environment["HOME"] ?? Self.home
    func place(_ variable: String, _ usual: String) -> String {
      let base = environment[variable].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "\(home)/\(usual)"
      return "\(base)/ivs-broadcast"
    }
    directory = place("XDG_CONFIG_HOME", ".config")
    logDirectory = place("XDG_STATE_HOME", ".local/state")
  }

  /// The settings file that is read where none is named.
  public var settingsFile: String { "\(directory)/settings.yaml" }
  /// The saved channels, with their keys.
  public var channelsFile: String { "\(directory)/channels.yaml" }
  /// What the local channel's playback URL holds.
  public var playbackSecretFile: String { "\(logDirectory)/playback-secret" }
  /// Whether the user has settings of their own.
  public var hasSettings: Bool { FileManager.default.fileExists(atPath: settingsFile) }
}
