import BroadcastConfiguration
import Foundation
import Interface
import Logging
import Networking
import Settings
import StatusCollection
import Testing

@testable import Broadcast

/// An engine with a small picture of its own, and a home that nobody else has.
struct EngineFixture {
  let folder = FileManager.default.temporaryDirectory.appending(path: "broadcaster-\(UUID().uuidString)")
  let events = EventLog()

  /// With whom the engine runs.
  enum Face: CaseIterable, Sendable { case console, stream }

  func broadcaster(
    _ options: [SettingKey: String] = [:], for face: Face = .console, key: String? = nil
  ) throws -> Broadcaster {
    let small: [SettingKey: String] = [
      .camera: "test", .video: "160x160@10", .videoBitrate: "100k", .playbackPort: "0", .record: folder.path,
      .videoEncoder: "libx264", .videoPreset: "ultrafast",
    ]
    let values = small.merging(options) { $1 }.map { ($0, SettingValue.option($0, $1)) }
    let logger = Logger(label: "broadcaster") { [events] _ in events.handler() }
    let place = SettingsPlace(environment: ["HOME": folder.path])
    return try Broadcaster(
      face == .console ? .console(settingsFile: place.settingsFile) : .stream(),
      values: Dictionary(uniqueKeysWithValues: values), place: place,
      secrets: ChannelSecrets(key: try key.map { try StreamKey($0) }), events: events, logger: logger)
  }

  func wait(
    _ broadcaster: Broadcaster, for what: String, _ condition: (BroadcastStatus) -> Bool
  ) async throws -> BroadcastStatus {
    let deadline = ContinuousClock.now + .seconds(20)
    while true {
      let status = await broadcaster.status()
      if condition(status) { return status }
      try #require(ContinuousClock.now < deadline, "\(what): \(status.verdict) \(events.events.map(\.text))")
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }
}
