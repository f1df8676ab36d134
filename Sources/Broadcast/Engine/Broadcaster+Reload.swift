internal import BroadcastConfiguration
internal import Interface
internal import Logging
internal import Settings

/// Settings that are read again.
extension Broadcaster {
  /// Takes over what can change while it runs; nothing if the settings are wrong.
  /// - Returns: what was taken over, and what takes a restart.
  func reload() async throws(OperatorFailure) -> String {
    guard let readSettings = options.readSettings else { throw refusal("only `stream` reads its settings again") }
    let new = try await Disk.run("settings", readSettings)
    let change = SettingsChange(from: values, to: new, try BroadcastSettings(options: new))
    var said: [String] = []
    for key in SettingKey.allCases {
      guard let intent = change.intents[key] else { continue }
      do throws(OperatorFailure) {
        said.append(try await perform(intent).text ?? intent.confirmation)
        values[key] = new[key]
      } catch { said.append("\(key.rawValue) is not taken over: \(error)") }
    }
    if !change.restart.isEmpty {
      said.append("after a restart only: \(change.restart.map(\.rawValue).joined(separator: ", "))")
    }
    let text = said.isEmpty ? "nothing has changed" : said.joined(separator: "; ")
    logger.notice("settings read again: \(text)")
    return text
  }
}
