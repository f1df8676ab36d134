import Foundation
import IVS
import Interface
import Media
import SRT
import Settings
import Testing

@testable import BroadcastConfiguration

@Suite("Saved channels")
struct SavedChannelsTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "savedChannels-\(UUID().uuidString)")
  private var path: String { folder.appending(path: "deep/channels.yaml").path }
  private static let key = "sk_eu-west-1_Secret'\"\\:#"

  private func profile(_ name: String = "venue", key: String = Self.key) -> ChannelProfile {
    ChannelProfile(
      name: name, ingest: "rtmps://a1b2c3.global-contribute.live-video.net:443/app", key: key,
      playbackURL: "https://example.net/it's.m3u8")
  }

  @Test("what is saved is read again, by its owner only, and a key with every kind of quote survives")
  func roundTrip() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    var savedChannels = try SavedChannels(path: path)
    #expect(savedChannels.entries.isEmpty)
    try savedChannels.save(profile())
    try savedChannels.save(profile("other's one", key: ""))
    let again = try SavedChannels(path: path)
    #expect(again.entries == savedChannels.entries)
    #expect(again["venue"]?.key != nil && again["other's one"]?.key == nil)
    #expect(again["venue"]?.playbackURL == "https://example.net/it's.m3u8")
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    try savedChannels.remove("venue")
    #expect(try SavedChannels(path: path).entries.map(\.name) == ["other's one"])
  }

  @Test("a file with a secret that the channel has itself is refused, not passed over")
  func ownSecrets() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    var savedChannels = try SavedChannels(path: path)
    try savedChannels.save(profile())
    try savedChannels.save(profile("keyless", key: ""))
    let file = SettingValue.option(.streamKeyFile, "/nonexistent/key")
    let settings = try BroadcastSettings(options: [.streamKeyFile: file, .channel: .option(.channel, "venue")])
    #expect {
      try savedChannels["venue"]?.check(settings)
    } throws: { error in
      "\(error)".contains("the saved channel 'venue' has a stream key of its own") && !"\(error)".contains(Self.key)
    }
    #expect(throws: Never.self) { try savedChannels["keyless"]?.check(settings) }
    #expect(throws: Never.self) {
      try savedChannels["venue"]?.check(try BroadcastSettings(options: [.channel: .option(.channel, "venue")]))
    }
  }

  @Test("what another program saved since the file was read stays, and a key that it rotated too")
  func others() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    var (console, command) = (try SavedChannels(path: path), try SavedChannels(path: path))
    try console.save(profile("one"))
    try command.save(profile("two"))
    try console.save(profile("three"))
    #expect(try SavedChannels(path: path).entries.map(\.name) == ["one", "two", "three"])
    try command.save(profile("one", key: "sk_rotated"))
    try console.remove("two")
    #expect(console.entries.map(\.name) == ["one", "three"])
    #expect(try String(contentsOfFile: path, encoding: .utf8).contains("sk_rotated"))
    // What a person broke is not written over.
    try Data("one: [".utf8).write(to: URL(filePath: path))
    #expect(throws: OperatorFailure.self) { try console.save(profile("four")) }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "one: [")
  }

  @Test(
    "a name that nobody has is answered with the saved ones first, then with what came of the account",
    arguments: [
      ("vanue", "did you mean 'venue'?"), ("lokal", "did you mean 'local'?"),
      ("elsewhere", "choose one of these, or give an ARN or an ingest URL"),
    ])
  func unknown(name: String, remedy: String) {
    let none = SavedChannels.unknown(name, saved: ["venue", "stage"], account: .none)
    #expect(
      none.description
        == "no channel '\(name)' is saved (there are local, venue, stage), and the AWS account has none of that name: "
        + remedy)
    #expect(none.exitStatus == .configuration)
    let reason = OperatorFailure("no AWS credentials found", "set some (looked at nine places)", .temporary)
    let unasked = SavedChannels.unknown(name, saved: [], account: .unasked(reason))
    #expect(
      unasked.explanation.cause.hasSuffix(
        "(there is local), and the AWS account was not asked: no AWS credentials found"))
    #expect(!unasked.description.contains("nine places") && unasked.exitStatus == .temporary)
  }

  @Test("a proxy is saved with its token, one of the original's design with a key")
  func proxies() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    var savedChannels = try SavedChannels(path: path)
    try savedChannels.save(
      ChannelProfile(name: "gate", ingest: "wss://proxy.example.net/v1/publish/venue", key: "tw_x", playbackURL: ""))
    try savedChannels.save(
      ChannelProfile(
        name: "old", ingest: "ws://proxy:3004/rtmps/h264/rtmps://a.live-video.net:443/app/", key: Self.key,
        playbackURL: ""))
    let again = try SavedChannels(path: path)
    #expect(again.entries == savedChannels.entries)
    #expect(again["gate"]?.address.description == "wss://proxy.example.net/v1/publish/venue")
    #expect(again["gate"]?.token != nil && again["gate"]?.key == nil && again["gate"]?.hasSecret == true)
    #expect(again["old"]?.key != nil && again["old"]?.token == nil && again["old"]?.hasSecret == true)
    #expect(try String(contentsOfFile: path, encoding: .utf8).contains("  token: 'tw_x'"))
    #expect(throws: OperatorFailure.self) {
      try savedChannels.save(
        ChannelProfile(name: "bad", ingest: "wss://proxy/v1/publish/a?token=tw_secret", key: "", playbackURL: ""))
    }
  }

  @Test("an SRT channel is saved with its key and read with its passphrase, which a changed key leaves as it is")
  func srt() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder.appending(path: "deep"), withIntermediateDirectories: true)
    try Data(
      """
      uplink:
        ingest: srt://a1b2c3.srt.live-video.net:9000
        key: sk_a
        passphrase: 'Geheim 0123456789'
      open:
        ingest: srt://10.0.0.1
        key: sk_b
      """.utf8
    ).write(to: URL(filePath: path))
    var savedChannels = try SavedChannels(path: path)
    #expect(savedChannels["uplink"]?.address.description == "srt://a1b2c3.srt.live-video.net:9000")
    #expect(savedChannels["uplink"]?.passphrase != nil && savedChannels["uplink"]?.hasSecret == true)
    #expect(savedChannels["open"]?.passphrase == nil && savedChannels["open"]?.hasSecret == true)
    try savedChannels.save(
      ChannelProfile(name: "uplink", ingest: "srt://a1b2c3.srt.live-video.net:9000", key: "sk_c", playbackURL: ""))
    let again = try SavedChannels(path: path)
    #expect(again.entries == savedChannels.entries)
    #expect(again["uplink"]?.passphrase == (try SRTPassphrase("Geheim 0123456789")))
    var dumped = ""
    dump(again, to: &dumped)
    #expect(!dumped.contains("Geheim") && !dumped.contains("sk_c"))
  }

  @Test(
    "a passphrase that is none, or has no use, is refused and not repeated",
    arguments: [("srt://host", "Geheim"), ("rtmps://host/app", "Geheim 0123456789")])
  func wrongPassphrase(ingest: String, passphrase: String) throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder.appending(path: "deep"), withIntermediateDirectories: true)
    try Data("a:\n  ingest: \(ingest)\n  passphrase: \(passphrase)\n".utf8).write(to: URL(filePath: path))
    let failure = #expect(throws: OperatorFailure.self) { try SavedChannels(path: path) }
    #expect(failure?.description.contains("passphrase") == true)
    #expect(failure?.description.contains("Geheim") == false)
  }

  @Test("a channel of an AWS account keeps its ARN; a new key goes to whatever is saved of it")
  func account() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let arn = try #require(ChannelARN("arn:aws:ivs:us-west-2:123456789012:channel/AbC1"))
    var savedChannels = try SavedChannels(path: path)
    for name in ["venue", "stage"] {
      var own = profile(name)
      own.arn = arn.text
      try savedChannels.save(own)
    }
    try savedChannels.save(profile("other"))
    var again = try SavedChannels(path: path)
    #expect(again.entries.map(\.arn) == [arn, arn, nil])
    #expect(try again.replaceKey(of: arn, with: "sk_new") == ["venue", "stage"])
    #expect(again["venue"]?.key != again["other"]?.key && again["venue"]?.key == again["stage"]?.key)
    #expect(again["venue"]?.playbackURL == "https://example.net/it's.m3u8")
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.components(separatedBy: "sk_new").count == 3)
    #expect(try SavedChannels(path: path).entries == again.entries)
    let elsewhere = try #require(ChannelARN("arn:aws:ivs:us-west-2:123456789012:channel/Other"))
    #expect(try again.replaceKey(of: elsewhere, with: "sk_x").isEmpty)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
  }

  @Test("no key in any description or dump")
  func secrets() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    var savedChannels = try SavedChannels(path: path)
    try savedChannels.save(profile())
    var dumped = ""
    dump(profile(), to: &dumped)
    dump(savedChannels["venue"], to: &dumped)
    for text in ["\(profile())", String(reflecting: profile()), "\(savedChannels.entries)", dumped] {
      #expect(!text.contains("Secret"))
    }
  }

  @Test(
    "a wrong file is one line with its place",
    arguments: [
      ("- a\n", "channels.yaml:1"), ("venue: text\n", "channels.yaml:1"), ("venue:\n  ingst: x\n", "channels.yaml:2"),
      ("venue:\n  ingest: http://x/app\n", "channels.yaml:1"),
      ("venue:\n  ingest: rtmp://x/app\n  arn: arn:x\n", "channels.yaml:1"), ("venue: [\n", "not YAML"),
    ])
  func wrong(yaml: String, place: String) throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(
      at: folder.appending(path: "deep"), withIntermediateDirectories: true)
    try yaml.write(toFile: path, atomically: true, encoding: .utf8)
    let failure = #expect(throws: OperatorFailure.self) { try SavedChannels(path: path) }
    #expect(failure?.description.contains(place) == true, "\(String(describing: failure))")
    #expect(failure?.exitStatus == .configuration)
  }

  @Test("a profile that is wrong is refused, and the file stays as it was")
  func refused() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    var savedChannels = try SavedChannels(path: path)
    try savedChannels.save(profile())
    let before = try String(contentsOfFile: path, encoding: .utf8)
    func other(_ ingest: String, key: String = "k", playback: String = "") -> ChannelProfile {
      ChannelProfile(name: "x", ingest: ingest, key: key, playbackURL: playback)
    }
    for (wrong, field) in [
      (profile("local"), "name"), (profile("ivs"), "name"), (profile(""), "name"), (profile("rtmp://x/app"), "name"),
      (profile("-x"), "name"), (profile("_x"), "name"), (profile(".x"), "name"), (other("ftp://x"), "ingest"),
      (other("rtmp://x/a/b/c"), "ingest"), (other("wss://x/v1/publish/a?token=b"), "ingest"),
      (other("srt://x?latency=1"), "ingest"), (other("rtmp://x/app", key: "two words"), "key"),
      (other("rtmp://x/app", key: "a/b"), "key"), (other("rtmp://x/app", playback: "ftp://x"), "playback"),
    ] {
      let failure = #expect(throws: OperatorFailure.self) { try savedChannels.save(wrong) }
      #expect(failure?.field == field, "\(wrong): \(failure?.description ?? "")")
    }
    #expect(savedChannels.entries.map(\.name) == ["venue"])
    #expect(try String(contentsOfFile: path, encoding: .utf8) == before)
  }
}

@Suite("Editing a settings file")
struct SettingsEditingTests {
  @Test("only the line of the setting changes; comments, order and other tables stay")
  func edits() throws {
    let text = "# my kiosk\ncamera: auto # the webcam\n\nkeys:\n  mute: x\nvideo: 640x360@30\n"
    let edited = SettingsFile.edited(text, [.camera: "name:C922 'Pro'", .channel: "local"])
    #expect(
      edited == """
        # my kiosk
        camera: 'name:C922 ''Pro'''

        keys:
          mute: x
        video: 640x360@30
        channel: 'local'

        """)
    let values = try SettingsFile.parse(edited, path: "kiosk.yaml")
    #expect(values[.camera]?.text == "name:C922 'Pro'" && values[.channel]?.text == "local")
    #expect(
      try SettingsFile.parseKeys(edited, path: "kiosk.yaml") == ["mute": .init(text: "x", origin: "kiosk.yaml:5: keys")]
    )
  }

  @Test("keys that are no table are refused with their line")
  func wrongKeys() {
    let failure = #expect(throws: OperatorFailure.self) {
      try SettingsFile.parseKeys("camera: test\nkeys: x\n", path: "kiosk.yaml")
    }
    #expect(failure?.description.hasPrefix("kiosk.yaml:2") == true)
  }
}
