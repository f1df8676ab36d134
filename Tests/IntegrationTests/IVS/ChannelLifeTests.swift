import Foundation
import TestSupport
import Testing

@Suite("A channel from its making to its end")
struct ChannelLifeTests {
  @Test("is made, saved, shown, changed and deleted; the key is in channels.yaml alone")
  func life() async throws {
    let fake = try await FakeIVS()
    let user = try AccountUser(fake.environment)
    let made = try await user.channels(
      "create", "venue", "--type", "basic", "--latency", "normal", "--authorized", "--tag", "room=2", "--save", "stage")
    let lines = made.split(separator: "\n").map(String.init)
    let arn = try #require(lines.first)
    #expect(lines.count == 2 && lines[1].hasPrefix("https://"), "\(made)")
    let key = try #require(try await fake.state().channels.first?.streamKey)
    #expect(user.savedText.contains("  key: '\(key)'") && user.savedText.contains("  arn: '\(arn)'"))
    #expect(user.savedText.contains("  ingest: 'rtmps://127.0.0.1:\(fake.ingestPort)/app'"))

    // By the ARN, by the account's name and by the saved one.
    for name in [arn, "venue", "stage"] {
      let shown = try await user.channels("show", name)
      for part in ["venue", arn, "basic", "1500 kbit/s", "offline", lines[1], "room=2", "rtmps://127.0.0.1:"] {
        #expect(shown.contains(part), "\(shown)")
      }
    }
    try await user.channels("update", "venue", "--type", "standard", "--no-authorized", "--name", "hall")
    let listed = try #require(try await user.json([ListedChannel].self, "list").first)
    #expect(listed.name == "hall" && listed.type == "STANDARD" && !listed.authorized && listed.latency == "NORMAL")
    #expect(listed.tags == ["room": "2"] && listed.state == "offline")
    try await user.expectRefusal(["update", "hall"], exit: 64, "nothing to change")
    try await user.expectRefusal(["delete", "hall"], exit: 64, "--yes")
    #expect(try await user.channels("delete", "hall", "--yes").contains(arn))
    #expect(try await fake.state().channels.isEmpty)
    try await fake.expectNoViolations()
  }

  @Test("is saved later, and with its newest key again; another channel's entry is not taken")
  func saving() async throws {
    let fake = try await FakeIVS()
    let user = try AccountUser(fake.environment)
    let channels = try await fake.createChannels(count: 2, namePrefix: "room-")
    try await user.channels("save", "room-0")
    #expect(user.savedText.contains("'room-0':") && user.savedText.contains(channels[0].streamKey))
    try await user.channels("save", "room-1", "second")
    try await user.expectRefusal(["save", "room-0", "second"], exit: 64, channels[1].arn, "--replace")
    #expect(user.savedText.contains(channels[1].streamKey))
    try await user.expectRefusal(["create", "more", "--save", "second"], exit: 64, "another channel is saved")
    #expect(try await fake.state().channels.count == 2)
    try await user.channels("save", channels[0].arn, "second", "--replace")
    #expect(!user.savedText.contains(channels[1].streamKey))
    try await fake.expectNoViolations()
  }

  @Test("a key goes to a new file only")
  func keyFiles() async throws {
    let fake = try await FakeIVS()
    let user = try AccountUser(fake.environment)
    let file = user.home.file("key")
    let made = try await user.channels("create", "venue", "--key-file", file.path)
    let key = try #require(try await fake.state().channels.first?.streamKey)
    #expect(try String(contentsOf: file, encoding: .utf8) == key + "\n" && made.contains("channel/"))
    #expect(user.savedText.isEmpty)
    try await user.expectRefusal(["create", "next", "--key-file", file.path], exit: 73, file.path)
    try await user.expectRefusal(["rotate-key", "venue", "--yes", "--key-file", file.path], exit: 73, file.path)
    let now = try await fake.state().channels
    #expect(now.count == 1 && now.first?.streamKey == key)
    // A file that was made for a key which never came is gone again.
    let other = user.home.file("other").path
    try await fake.change(FakeIVS.Settings(channelQuota: 1))
    try await user.expectRefusal(["create", "next", "--key-file", other], exit: 69, "quota")
    #expect(!FileManager.default.fileExists(atPath: other))
    try await fake.expectNoViolations()
  }

  @Test("a key is rotated where it is saved, too; if making it fails that is said, and asking again makes one")
  func rotating() async throws {
    let fake = try await FakeIVS()
    let user = try AccountUser(fake.environment)
    let channel = try #require(try await fake.createChannels(namePrefix: "venue-").first)
    try await user.channels("save", channel.arn, "stage")
    try await user.expectRefusal(["rotate-key", "stage"], exit: 64, "--yes")
    let said = try await user.channels("rotate-key", "venue-0", "--yes")
    let second = try #require(try await fake.state().channels.first?.streamKey)
    #expect(second != channel.streamKey && said.contains("'stage'"))
    #expect(user.savedText.contains(second) && !user.savedText.contains(channel.streamKey))

    try await fake.fault(FakeIVS.Fault("CreateStreamKey", error: "PendingVerification"))
    try await user.expectRefusal(
      ["rotate-key", "stage", "--yes"], exit: 77, "the old key is deleted", "rotate-key \(channel.arn)")
    #expect(try await fake.state().channels.first?.streamKey == nil)
    try await user.expectRefusal(["save", "stage"], exit: 78, "no stream key", "rotate-key")
    let file = user.home.file("key")
    // There is nothing to lose, so nobody is asked.
    try await user.channels("rotate-key", channel.arn, "--key-file", file.path)
    let third = try #require(try await fake.state().channels.first?.streamKey)
    #expect(try String(contentsOf: file, encoding: .utf8) == third + "\n" && user.savedText.contains(third))
    try await fake.expectNoViolations()
  }

  @Test("moto's idea of the service has no streams: that is a word, not a failure")
  func moto() async throws {
    let server = try await MotoServer()
    let user = try AccountUser(server.environment)
    let arn = try #require(
      try await user.channels("create", "venue", "--type", "basic").split(separator: "\n").first.map(String.init))
    let listed = try #require(try await user.json([ListedChannel].self, "list").first)
    #expect(listed.arn == arn && listed.name == "venue" && listed.state == "unknown")
    #expect(try await user.channels("list").contains(arn))
    let shown = try await user.channels("show", "venue")
    #expect(shown.contains(arn) && shown.contains("State          unknown: GetStream"), "\(shown)")
    try await user.channels("update", arn, "--latency", "normal")
    #expect(try await user.json([ListedChannel].self, "list").first?.latency == "NORMAL")
    try await user.channels("delete", arn, "--yes")
    #expect(try await user.json([ListedChannel].self, "list").isEmpty)
  }
}
