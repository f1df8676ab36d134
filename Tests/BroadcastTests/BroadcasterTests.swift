import BroadcastConfiguration
import Foundation
import Interface
import Logging
import Publishing
import Settings
import Testing

@testable import Broadcast

@Suite("The broadcaster")
struct BroadcasterTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "broadcaster-\(UUID().uuidString)")
  private let events = EventLog()

  private func broadcaster(_ options: [SettingKey: String] = [:]) throws -> Broadcaster {
    let small: [SettingKey: String] = [
      .camera: "test", .video: "160x160@10", .videoBitrate: "100k", .playbackPort: "0", .record: folder.path,
      .videoEncoder: "libx264", .videoPreset: "ultrafast",
    ]
    let values = small.merging(options) { $1 }.map { ($0, SettingValue.option($0, $1)) }
    let logger = Logger(label: "broadcaster") { [events] _ in events.handler() }
    let place = SettingsPlace(environment: ["HOME": folder.path])
    return try Broadcaster(
      .console(settingsFile: place.settingsFile), values: Dictionary(uniqueKeysWithValues: values), place: place,
      secrets: ChannelSecrets(), events: events, logger: logger)
  }

  private func wait(
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

  @Test("shows picture and levels before it is on air, encodes nothing for nobody, goes live twice")
  func twice() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let broadcaster = try broadcaster()
    await broadcaster.start()
    let ready = try await wait(broadcaster, for: "a picture") {
      $0.video.framesPerSecond ?? 0 > 8 && $0.audio.levels?.channels[0].peak ?? -120 > -25
    }
    #expect(ready.phase == .idle && ready.video.framesEncoded == 0)
    #expect(ready.offers.cameras.contains { $0.specification == "test" })
    for _ in 0..<2 {
      await broadcaster.handle(.goLive)
      let live = try await wait(broadcaster, for: "delivery") { $0.phase == .live && $0.verdict.level == .good }
      #expect(live.playbackURL?.hasPrefix("http://127.0.0.1:") == true)
      await broadcaster.handle(.video("320x240@10"))
      #expect(events.events.last?.text.contains("stop first") == true)
      await broadcaster.handle(.stop)
      _ = try await wait(broadcaster, for: "the end") { $0.phase == .idle }
    }
    await broadcaster.handle(.video("320x240@10"))
    _ = try await wait(broadcaster, for: "the other size") {
      $0.video.width == 320 && $0.video.framesPerSecond ?? 0 > 8
    }
    await broadcaster.close()
    let recordings = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".mkv") }
    #expect(recordings.count == 2, "\(events.events.map(\.text))")
  }

  @Test("a camera that is not there is said, and the next one is taken")
  func absentCamera() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let broadcaster = try broadcaster([.camera: "/dev/video77", .microphone: "silence"])
    await broadcaster.start()
    _ = try await wait(broadcaster, for: "the wait") {
      $0.video.sourceState == .waiting && $0.video.source.contains("/dev/video77")
    }
    await broadcaster.handle(.camera("test"))
    let status = try await wait(broadcaster, for: "the test picture") { $0.video.sourceState == .running }
    #expect(status.choice.camera == "test")
    await broadcaster.handle(.camera("nonsense"))
    #expect(events.events.last?.severity == .warning)
    #expect(await broadcaster.status().choice.camera == "test")
    await broadcaster.close()
  }

  @Test(
    "a refusal comes back to whoever asked",
    arguments: [
      (Intent.camera("nonsense"), "camera: "), (.microphone(""), "microphone: "), (.gain(decibels: .nan), "gain: "),
      (.videoBitrate(kilobits: 9000), "bitrate: 9000 is not within 100 to 8500"), (.record(false), "no recording"),
      (.metadata("x"), "metadata goes with a stream: go live first"), (.reconnect, "no connection"),
      (.channel("nowhere"), "no channel 'nowhere' is saved"),
    ])
  func refusals(intent: Intent, part: String) async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let broadcaster = try broadcaster()
    let failure = await #expect(throws: OperatorFailure.self) { try await broadcaster.perform(intent) }
    #expect(failure?.description.contains(part) == true, "\(failure?.description ?? "")")
    await broadcaster.close()
  }

  @Test("an ingest that refuses is told, and the broadcaster is ready for the next try")
  func refused() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let broadcaster = try broadcaster()
    await broadcaster.start()
    await broadcaster.handle(
      .saveChannel(ChannelProfile(name: "nowhere", ingest: "rtmp://127.0.0.1:9/app", key: "k3y", playbackURL: "")))
    await broadcaster.handle(.goLive)
    let failed = try await wait(broadcaster, for: "the refusal") { $0.verdict.level == .bad && $0.phase == .idle }
    #expect(failed.verdict.reason.contains("127.0.0.1:9"))
    #expect(failed.offers.channels.map(\.name) == ["local", "nowhere"])
    #expect(!events.events.contains { $0.text.contains("k3y") })
    await broadcaster.handle(.channel("local"))
    #expect(await broadcaster.status().verdict.level == .pending)
    await broadcaster.close()
  }
}
