import BroadcastConfiguration
import Interface
import Settings
import Testing

@testable import Broadcast

@Suite("Settings that are read again")
struct SettingsChangeTests {
  private func change(_ old: [SettingKey: String], _ new: [SettingKey: String]) throws -> SettingsChange {
    func values(_ texts: [SettingKey: String]) -> [SettingKey: SettingValue] {
      Dictionary(uniqueKeysWithValues: texts.map { ($0, .file($0, $1, path: "kiosk.yaml", line: 1)) })
    }
    return SettingsChange(from: values(old), to: values(new), try BroadcastSettings(options: values(new)))
  }

  @Test("what can change live is an intent, also where the default comes back")
  func live() throws {
    let change = try change(
      [.camera: "auto", .microphone: "hw:1,0", .videoBitrate: "2500k", .adaptiveBitrate: "off"],
      [
        .camera: "usb:3A2F71", .microphone: "hw:1,0", .videoBitrate: "3M", .delayLimit: "2s",
        .videoBitrateMinimum: "400k",
      ])
    #expect(
      change.intents == [
        .camera: .camera("usb:3A2F71"), .videoBitrate: .videoBitrate(kilobits: 3000),
        .adaptiveBitrate: .adaptiveBitrate(true), .delayLimit: .delayLimit(milliseconds: 2000),
        .videoBitrateMinimum: .videoBitrateMinimum(kilobits: 400),
      ])
    #expect(change.restart.isEmpty)
  }

  @Test("a microphone that was not named goes with the camera")
  func microphone() throws {
    let change = try change([.camera: "auto"], [.camera: "test"])
    #expect(change.intents == [.camera: .camera("test"), .microphone: .microphone("test")])
  }

  @Test("the rest takes a restart, and what is the same is nothing")
  func restart() throws {
    let change = try change(
      [.video: "1280x720@30", .channel: "local", .region: "eu-west-1"],
      [.video: "640x360@30", .channel: "local", .logLevel: "debug"])
    #expect(change.intents.isEmpty)
    #expect(change.restart == [.region, .video, .logLevel])
  }
}
