import BroadcastConfiguration
import Foundation
import Interface
import Media
import Settings
import StatusCollection
import Testing

@testable import Broadcast

@Suite("The broadcaster")
struct BroadcasterTests {
  private let fixture = EngineFixture()

  @Test("shows picture and levels before it is on air, encodes nothing for nobody, goes live twice")
  func twice() async throws {
    defer { fixture.remove() }
    let broadcaster = try fixture.broadcaster()
    await broadcaster.start()
    let ready = try await fixture.wait(broadcaster, for: "a picture") {
      $0.video.framesPerSecond ?? 0 > 8 && $0.audio.levels?.channels[0].peak ?? -120 > -25
    }
    #expect(ready.phase == .idle && ready.video.framesEncoded == 0)
    #expect(ready.offers.cameras.contains { $0.specification == "test" })
    for _ in 0..<2 {
      await broadcaster.handle(.goLive)
      let live = try await fixture.wait(broadcaster, for: "delivery") { $0.phase == .live && $0.verdict.level == .good }
      #expect(live.playbackURL?.hasPrefix("http://127.0.0.1:") == true)
      await broadcaster.handle(.video("320x240@10"))
      #expect(fixture.events.events.last?.text.contains("stop first") == true)
      await broadcaster.handle(.stop)
      _ = try await fixture.wait(broadcaster, for: "the end") { $0.phase == .idle }
    }
    await broadcaster.handle(.video("320x240@10"))
    _ = try await fixture.wait(broadcaster, for: "the other size") {
      $0.video.width == 320 && $0.video.framesPerSecond ?? 0 > 8
    }
    await broadcaster.close()
    let recordings = try FileManager.default.contentsOfDirectory(atPath: fixture.folder.path).filter {
      $0.hasSuffix(".mkv")
    }
    #expect(recordings.count == 2, "\(fixture.events.events.map(\.text))")
  }

  @Test("who is the first to ask gets figures: they are measured whether somebody asks or not")
  func unasked() async throws {
    defer { fixture.remove() }
    let broadcaster = try fixture.broadcaster()
    await broadcaster.start()
    // Two seconds of samples in which nobody asks.
    try await Task.sleep(for: .seconds(4))
    let status = await broadcaster.status()
    #expect(status.video.framesPerSecond ?? 0 > 8)
    #expect(status.machine.processPercent != nil)
    await broadcaster.close()
  }

  @Test("a recording that cannot be written is refused before the channel is opened")
  func unwritableRecording() async throws {
    defer { fixture.remove() }
    try FileManager.default.createDirectory(at: fixture.folder, withIntermediateDirectories: true)
    let file = fixture.folder.appending(path: "file")
    try Data().write(to: file)
    let directory = file.appending(path: "recordings").path
    let broadcaster = try fixture.broadcaster([.record: directory])
    await broadcaster.start()
    await broadcaster.handle(.goLive)
    _ = try await fixture.wait(broadcaster, for: "the refusal") { _ in
      fixture.events.events.contains { $0.text.contains("\(directory): cannot be made for recordings") }
    }
    #expect(await broadcaster.status().phase == .idle)
    #expect(!fixture.events.events.contains { $0.text.contains("watch at") }, "the local channel was opened")
    await broadcaster.close()
  }

  @Test("a camera that is not there is said, and the next one is taken")
  func absentCamera() async throws {
    defer { fixture.remove() }
    let broadcaster = try fixture.broadcaster([.camera: "/dev/video77", .microphone: "silence"])
    await broadcaster.start()
    _ = try await fixture.wait(broadcaster, for: "the wait") {
      $0.video.sourceState == .waiting && $0.video.source.contains("/dev/video77")
    }
    await broadcaster.handle(.camera("test"))
    let status = try await fixture.wait(broadcaster, for: "the test picture") { $0.video.sourceState == .running }
    #expect(status.choice.camera == "test")
    await broadcaster.handle(.camera("nonsense"))
    #expect(fixture.events.events.last?.severity == .warning)
    #expect(await broadcaster.status().choice.camera == "test")
    await broadcaster.close()
  }

  @Test(
    "a refusal comes back to whoever asked",
    arguments: [
      (Intent.camera("nonsense"), "camera: "), (.microphone(""), "microphone: "), (.gain(decibels: .nan), "gain: "),
      (.videoBitrate(kilobits: 9000), "bitrate: 9000k is not within 100k to 8500k"), (.record(false), "no recording"),
      (.metadata("x"), "metadata goes with a stream: go live first"), (.reconnect, "no connection"),
      (.channel("nowhere"), "no channel 'nowhere' is saved"),
    ])
  func refusals(intent: Intent, part: String) async throws {
    defer { fixture.remove() }
    let broadcaster = try fixture.broadcaster()
    let failure = await #expect(throws: OperatorFailure.self) { try await broadcaster.perform(intent) }
    #expect(failure?.description.contains(part) == true, "\(failure?.description ?? "")")
    await broadcaster.close()
  }

  @Test("an ingest that refuses is told, and the broadcaster is ready for the next try")
  func refused() async throws {
    defer { fixture.remove() }
    let broadcaster = try fixture.broadcaster()
    await broadcaster.start()
    await broadcaster.handle(
      .saveChannel(ChannelProfile(name: "nowhere", ingest: "rtmp://127.0.0.1:9/app", key: "k3y", playbackURL: "")))
    await broadcaster.handle(.goLive)
    let failed = try await fixture.wait(broadcaster, for: "the refusal") {
      $0.verdict.level == .bad && $0.phase == .idle
    }
    #expect(failed.verdict.reason.contains("127.0.0.1:9"))
    #expect(failed.offers.channels.map(\.name) == ["local", "nowhere"])
    #expect(!fixture.events.events.contains { $0.text.contains("k3y") })
    await broadcaster.handle(.channel("local"))
    #expect(await broadcaster.status().verdict.level == .pending)
    await broadcaster.close()
  }
}
