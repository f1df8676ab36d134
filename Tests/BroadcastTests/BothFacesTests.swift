import BroadcastConfiguration
import Foundation
import Interface
import Media
import Publishing
import Settings
import StatusCollection
import TestSupport
import Testing

@testable import Broadcast

@Suite("The engine does and answers the same with a console and without one")
struct BothFacesTests {
  private let fixture = EngineFixture()

  /// Begins as the face does; the outcome of the broadcast where there is only one.
  private func goLive(_ broadcaster: Broadcaster, _ face: EngineFixture.Face) async throws -> Task<
    BroadcastOutcome, Never
  >? {
    switch face {
    case .stream: return Task { await broadcaster.broadcast { _ in } }
    case .console:
      await broadcaster.start()
      try await broadcaster.perform(.goLive)
      return nil
    }
  }

  @Test("a server that is not there yet is waited for", arguments: EngineFixture.Face.allCases)
  func keepsTrying(face: EngineFixture.Face) async throws {
    defer { fixture.remove() }
    let port = try FreePort.find()
    let broadcaster = try fixture.broadcaster(
      [.channel: "rtmp://127.0.0.1:\(port)/live", .keepTrying: "true", .microphone: "silence"], for: face, key: "key")
    let outcome = try await goLive(broadcaster, face)
    let waiting = try await fixture.wait(broadcaster, for: "the next try") { $0.phase == .waiting }
    #expect(waiting.retryInSeconds != nil && waiting.verdict.level == .bad)
    #expect(waiting.verdict.reason.contains("127.0.0.1:\(port)"))
    let server = try await NginxRTMP(port: port)
    _ = try await fixture.wait(broadcaster, for: "the server") { $0.phase == .live }
    withExtendedLifetime(server) {}
    try await broadcaster.perform(.stop)
    if let outcome { #expect(await outcome.value == .stopped) }
    await broadcaster.close()
  }

  @Test("what is to be recorded is, from the broadcast's beginning to its end", arguments: EngineFixture.Face.allCases)
  func records(face: EngineFixture.Face) async throws {
    defer { fixture.remove() }
    let server = try await NginxRTMP()
    let broadcaster = try fixture.broadcaster(
      [.channel: server.url, .microphone: "silence"], for: face, key: "key")
    let outcome = try await goLive(broadcaster, face)
    let live = try await fixture.wait(broadcaster, for: "the recording") {
      $0.phase == .live && $0.recording?.bytes ?? 0 > 0
    }
    let path = try #require(live.recording?.path)
    try await broadcaster.perform(.stop)
    if let outcome { #expect(await outcome.value == .stopped) }
    #expect(fixture.events.events.contains { $0.text == "recorded \(path)" })
    #expect(fixture.events.events.contains { $0.text.hasPrefix("on air ") })
    await broadcaster.close()
  }

  @Test("what never went on air leaves no recording and no word of one", arguments: EngineFixture.Face.allCases)
  func neverOnAir(face: EngineFixture.Face) async throws {
    defer { fixture.remove() }
    let broadcaster = try fixture.broadcaster(
      [.channel: "rtmp://127.0.0.1:\(try FreePort.find())/live", .microphone: "silence"], for: face, key: "key")
    if face == .stream {
      #expect(await broadcaster.broadcast { _ in }.failure != nil)
    } else {
      await broadcaster.start()
      _ = try? await broadcaster.perform(.goLive)
      _ = try await fixture.wait(broadcaster, for: "the refusal") { $0.phase == .idle && $0.verdict.level == .bad }
    }
    await broadcaster.close()
    let left = (try? FileManager.default.contentsOfDirectory(atPath: fixture.folder.path)) ?? []
    #expect(!left.contains { $0.hasSuffix(".mkv") }, "\(left)")
    #expect(!fixture.events.events.contains { $0.text.hasPrefix("recorded ") })
  }

  @Test("a recording that was asked for beside it goes on when the channel refuses")
  func asked() async throws {
    defer { fixture.remove() }
    let broadcaster = try fixture.broadcaster(
      [.channel: "rtmp://127.0.0.1:\(try FreePort.find())/live", .microphone: "silence"], for: .console, key: "key")
    await broadcaster.start()
    try await broadcaster.perform(.record(true))
    _ = try? await broadcaster.perform(.goLive)
    _ = try await fixture.wait(broadcaster, for: "the refusal") {
      $0.phase == .idle && $0.verdict.level == .bad && $0.recording?.bytes ?? 0 > 0
    }
    try await broadcaster.perform(.record(false))
    let done = try await fixture.wait(broadcaster, for: "the file") { $0.lastRecording != nil && $0.recording == nil }
    #expect(FileManager.default.fileExists(atPath: try #require(done.lastRecording)))
    await broadcaster.close()
  }

  @Test("an encoder that cannot be had ends the broadcast with the same words", arguments: EngineFixture.Face.allCases)
  func encoder(face: EngineFixture.Face) async throws {
    defer { fixture.remove() }
    let broadcaster = try fixture.broadcaster([.videoEncoder: "h264_nvenc", .microphone: "silence"], for: face)
    let outcome = try await goLive(broadcaster, face)
    if let outcome {
      guard case .failed(let failure) = await outcome.value else { return try #require(Bool(false), "it ran") }
      #expect(failure.description.contains("h264_nvenc") && failure.exitStatus == .unavailable)
    } else {
      let failed = try await fixture.wait(broadcaster, for: "the end") { $0.phase == .idle && $0.verdict.level == .bad }
      #expect(failed.verdict.reason.contains("h264_nvenc"))
    }
    await broadcaster.close()
  }

  @Test(
    "with keep-trying what the sources ended begins again, until it is stopped", arguments: EngineFixture.Face.allCases)
  func goesOn(face: EngineFixture.Face) async throws {
    defer { fixture.remove() }
    let broadcaster = try fixture.broadcaster(
      [.videoEncoder: "h264_nvenc", .microphone: "silence", .keepTrying: "true"], for: face)
    let outcome = try await goLive(broadcaster, face)
    _ = try await fixture.wait(broadcaster, for: "another try") { status in
      status.events.count { $0.text.hasPrefix("recording to ") } >= 3
    }
    try await broadcaster.perform(.stop)
    if let outcome { #expect(await outcome.value == .stopped) }
    await broadcaster.close()
  }

  @Test(
    "a refusal on air comes back to whoever asked", arguments: EngineFixture.Face.allCases,
    [
      (Intent.goLive, "already on air"), (.takeOver, "already on air"),
      (.channel("local"), "the channel cannot change while on air: stop first"),
      (.video("320x240@10"), "size and rate cannot change while on air: stop first"),
      (.videoPreset("fast"), "the preset cannot change while on air: stop first"),
      (.removeChannel("local"), "'local' is the channel in use"), (.camera("nonsense"), "camera: "),
      (.videoBitrate(kilobits: 9000), "bitrate: 9000k is not within"), (.record(true), "a recording is running"),
      (.metadata("x"), "timed metadata needs a channel of the AWS account"),
    ] as [(Intent, String)])
  func refusals(face: EngineFixture.Face, refusal: (intent: Intent, part: String)) async throws {
    defer { fixture.remove() }
    let broadcaster = try fixture.broadcaster([.microphone: "silence"], for: face)
    let outcome = try await goLive(broadcaster, face)
    _ = try await fixture.wait(broadcaster, for: "being live") { $0.phase == .live }
    let failure = await #expect(throws: OperatorFailure.self) { try await broadcaster.perform(refusal.intent) }
    #expect(failure?.description.contains(refusal.part) == true, "\(failure?.description ?? "")")
    try await broadcaster.perform(.stop)
    if let outcome { #expect(await outcome.value == .stopped) }
    await broadcaster.close()
  }

  @Test("the status has events, the machine and levels", arguments: EngineFixture.Face.allCases)
  func status(face: EngineFixture.Face) async throws {
    defer { fixture.remove() }
    let broadcaster = try fixture.broadcaster(for: face)
    let outcome = try await goLive(broadcaster, face)
    let status = try await fixture.wait(broadcaster, for: "a whole status") {
      $0.phase == .live && $0.audio.levels != nil && $0.machine.processPercent != nil && !$0.events.isEmpty
    }
    #expect(status.choice.camera == "test" && status.offers.cameras.contains { $0.specification == "test" })
    try await broadcaster.perform(.stop)
    if let outcome { #expect(await outcome.value == .stopped) }
    await broadcaster.close()
  }
}
