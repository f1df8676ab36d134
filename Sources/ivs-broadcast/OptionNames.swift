internal import BroadcastConfiguration

extension String {
  /// The same text with settings under their options' names: what the modules call `video` is --video on a command line.
  var namingOptions: String {
    guard contains("`") else { return self }
    return SettingKey.allCases.reduce(self) { $0.replacing("`\($1.rawValue)`", with: "--\($1.rawValue)") }
  }
}
