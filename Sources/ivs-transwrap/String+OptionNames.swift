internal import Settings

extension OptionNames {
  /// The settings that are options too, of `serve` and of `token`; all others are in the settings file alone.
  static let ofProxy = OptionNames([
    "listen", "admin-listen", "original-urls", "insecure", "log-format", "log-level", "channel",
  ])
}

extension String {
  /// The same text with settings under their options' names, where they have one.
  var namingOptions: String { OptionNames.ofProxy.applied(to: self) }
}
