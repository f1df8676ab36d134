internal import BroadcastConfiguration
internal import Console
internal import Media
internal import Settings

extension BroadcastOptions {
  /// The console's keys, with the changes that the settings file makes.
  /// - Throws: one line with `path:line`.
  func keymap() throws(OperatorFailure) -> Keymap {
    guard let settingsFile else { return Keymap() }
    let own = try SettingsFile.loadKeys(settingsFile)
    do throws(KeymapError) { return try Keymap(remaps: own.mapValues(\.text)) } catch {
      let origin = error.commands.compactMap { own[$0]?.origin }.first ?? settingsFile
      throw OperatorFailure(error.explanation.at(origin), .configuration)
    }
  }
}
