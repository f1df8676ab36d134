internal import BroadcastConfiguration
internal import Settings

extension OptionNames {
  /// Every setting is an option.
  static let ofBroadcast = OptionNames(SettingKey.allCases.map(\.rawValue))
}

extension String {
  /// The same text with settings under their options' names: what the modules call `video` is --video on a command line.
  var namingOptions: String { OptionNames.ofBroadcast.applied(to: self) }
}
