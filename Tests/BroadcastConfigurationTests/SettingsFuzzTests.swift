import Foundation
import Media
import Settings
import TestSupport
import Testing

@testable import BroadcastConfiguration

@Suite("Settings files, random")
struct SettingsFuzzTests {
  private static let settings = Array(
    """
    # Kiosk
    camera: usb:3A2F71
    microphone: "name:Yeti"
    channel: rtmps://a1b2c3.global-contribute.live-video.net:443/app
    video: 1280x720@30
    video-bitrate: 2500k
    keep-trying: true
    duration: 1h30m
    keys: {mute: x}

    """.utf8)

  @Test("any settings are read, or refused in one line with the file")
  func read() async {
    await Fuzz("settings", count: 1500).run { random in
      let text = String(decoding: Fuzz.mutated(Self.settings, &random), as: UTF8.self)
      do throws(OperatorFailure) {
        _ = try BroadcastSettings(options: [:], file: SettingsFile.parse(text, path: "F"))
        _ = try SettingsFile.parseKeys(text, path: "F")
      } catch {
        #expect(error.description.wholeMatch(of: /F:[1-9]\d*: [^\n]+/) != nil, "\(error)")
        #expect(error.exitStatus == .configuration)
      }
    }
  }

  @Test("a change of any file changes its setting alone, or nothing")
  func change() async throws {
    let folder = try TemporaryDirectory()
    let file = folder.file("settings.yaml")
    await Fuzz("changed settings", count: 200).run { random in
      var text = String(decoding: Fuzz.mutated(Self.settings, &random), as: UTF8.self)
      if random.below(2) == 0 { text = text.split(separator: "\n").joined(separator: "\r\n") }
      try? Data(text.utf8).write(to: file)
      let before = try? SettingsFile.parse(text, path: "F").mapValues(\.text)
      do throws(OperatorFailure) {
        try SettingsFile.change(file.path, [.camera: "test", .record: "/a'b"])
        let after = try SettingsFile.load(file.path).mapValues(\.text)
        #expect(after[.camera] == "test" && after[.record] == "/a'b")
        #expect(
          after.filter { ![.camera, .record].contains($0.key) }
            == before?.filter { ![.camera, .record].contains($0.key) })
      } catch { #expect((try? Data(contentsOf: file)) == Data(text.utf8), "\(error)") }
    }
  }

  @Test("any saved channels are read, or refused in one line that tells no secret")
  func channels() async {
    let channels = Array(
      """
      venue:
        ingest: 'rtmps://a1b2c3.global-contribute.live-video.net:443/app'
        key: 'sk_us-west-2_QQQQQQQQQQQQ'
        playback-url: 'https://x/channel.m3u8'
        arn: 'arn:aws:ivs:us-west-2:123456789012:channel/abcdefghijkl'
      gate:
        ingest: 'wss://proxy/v1/publish/venue'
        token: 'tw_QQQQQQQQQQQQ'
      srt: {ingest: 'srt://host:9000', key: 'sk_QQQQQQQQQQQQ', passphrase: 'QQQQQQQQQQQQ'}

      """.utf8)
    await Fuzz("saved channels", count: 1500).run { random in
      let text = String(decoding: Fuzz.mutated(channels, &random), as: UTF8.self)
      do throws(OperatorFailure) { _ = try SavedChannels(text, path: "F") } catch {
        #expect(error.description.wholeMatch(of: /F:[1-9]\d*: [^\n]+/) != nil, "\(error)")
        #expect(!error.description.contains("QQQQQQQQ"), "\(error)")
      }
    }
  }
}
