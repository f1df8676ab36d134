public import Settings

extension SavedChannels.Entry {
  /// Refuses a file with a secret that would be passed over, as this channel has one of its own.
  /// - Throws: one line: one of the two is the wrong one, and nobody is to go on air with it unawares.
  public func check(_ settings: BroadcastSettings) throws(OperatorFailure) {
    let files: [(key: SettingKey, file: String?, hasOwn: Bool, what: String)] = [
      (.streamKeyFile, settings.streamKeyFile, key != nil, "a stream key"),
      (.tokenFile, settings.tokenFile, token != nil, "a token"),
      (.passphraseFile, settings.passphraseFile, passphrase != nil, "a passphrase"),
    ]
    for entry in files where entry.file != nil && entry.hasOwn {
      throw OperatorFailure(
        "`\(entry.key.rawValue)`: the saved channel '\(name)' has \(entry.what) of its own",
        "leave the file out, or give the channel by its URL", .configuration)
    }
  }
}
