import Foundation
import Interface
import Logging
import Settings
import Testing

@testable import Broadcast

@Suite("The studio")
struct StudioTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "studio-\(UUID().uuidString)")
  private let events = EventLog()

  private func studio(_ options: [SettingKey: String] = [:]) throws -> Studio {
    let small: [SettingKey: String] = [
      .camera: "test", .video: "160x160@10", .videoBitrate: "100k", .playbackPort: "0", .record: folder.path,
      .videoEncoder: "libx264", .videoPreset: "ultrafast",
    ]
    let values = small.merging(options) { $1 }.map { ($0, SettingValue.option($0, $1)) }
    let logger = Logger(label: "studio") { [events] _ in events.handler() }
    return try Studio(
      options: Dictionary(uniqueKeysWithValues: values),
      place: SettingsPlace(environment: ["HOME": folder.path]), secrets: ChannelSecrets(), events: events,
      logger: logger)
  }

  private func wait(
    _ studio: Studio, for what: String, _ condition: (BroadcastStatus) -> Bool
  ) async throws -> BroadcastStatus {
    let deadline = ContinuousClock.now + .seconds(20)
    while true {
      let status = await studio.status()
      if condition(status) { return status }
      try #require(ContinuousClock.now < deadline, "\(what): \(status.verdict) \(events.events.map(\.text))")
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  @Test("shows picture and levels before it is on air, encodes nothing for nobody, goes live twice")
  func twice() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let studio = try studio()
    await studio.start()
    let ready = try await wait(studio, for: "a picture") {
      $0.video.framesPerSecond ?? 0 > 8 && $0.audio.levels?.channels[0].peak ?? -120 > -25
    }
    #expect(ready.phase == .idle && ready.video.framesEncoded == 0)
    #expect(ready.offers.cameras.contains { $0.specification == "test" })
    for _ in 0..<2 {
      await studio.handle(.goLive)
      let live = try await wait(studio, for: "delivery") { $0.phase == .live && $0.verdict.level == .good }
      #expect(live.playbackURL?.hasPrefix("http://127.0.0.1:") == true)
      await studio.handle(.video("320x240@10"))
      #expect(events.events.last?.text.contains("stop first") == true)
      await studio.handle(.stop)
      _ = try await wait(studio, for: "the end") { $0.phase == .idle }
    }
    await studio.handle(.video("320x240@10"))
    _ = try await wait(studio, for: "the other size") { $0.video.width == 320 && $0.video.framesPerSecond ?? 0 > 8 }
    await studio.close()
    let recordings = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".mkv") }
    #expect(recordings.count == 2, "\(events.events.map(\.text))")
  }

  @Test("a camera that is not there is said, and the next one is taken")
  func absentCamera() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let studio = try studio([.camera: "/dev/video77", .microphone: "silence"])
    await studio.start()
    _ = try await wait(studio, for: "the loss") {
      $0.video.sourceState == .lost && $0.video.source.contains("/dev/video77")
    }
    await studio.handle(.camera("test"))
    let status = try await wait(studio, for: "the test picture") { $0.video.sourceState == .running }
    #expect(status.choice.camera == "test")
    await studio.handle(.camera("nonsense"))
    #expect(events.events.last?.severity == .warning)
    #expect(await studio.status().choice.camera == "test")
    await studio.close()
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
    let studio = try studio()
    let failure = await #expect(throws: OperatorFailure.self) { try await studio.perform(intent) }
    #expect(failure?.description.contains(part) == true, "\(failure?.description ?? "")")
    await studio.close()
  }

  @Test("an ingest that refuses is told, and the studio is ready for the next try")
  func refused() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let studio = try studio()
    await studio.start()
    await studio.handle(
      .saveChannel(ChannelProfile(name: "nowhere", ingest: "rtmp://127.0.0.1:9/app", key: "k3y", playbackURL: "")))
    await studio.handle(.goLive)
    let failed = try await wait(studio, for: "the refusal") { $0.verdict.level == .bad && $0.phase == .idle }
    #expect(failed.verdict.reason.contains("127.0.0.1:9"))
    #expect(failed.offers.channels.map(\.name) == ["local", "nowhere"])
    #expect(!events.events.contains { $0.text.contains("k3y") })
    await studio.handle(.channel("local"))
    #expect(await studio.status().verdict.level == .pending)
    await studio.close()
  }
}
