import Capture
import Codec
import Foundation
import Interface
import Media
import SRT
import Settings
import Testing

@testable import BroadcastConfiguration

@Suite("Settings")
struct SettingsTests {
  private func settings(_ options: [SettingKey: String] = [:], yaml: String = "") throws -> BroadcastSettings {
    try BroadcastSettings(
      options: Dictionary(uniqueKeysWithValues: options.map { ($0.key, SettingValue.option($0.key, $0.value)) }),
      file: SettingsFile.parse(yaml, path: "kiosk.yaml"))
  }

  private func refusal(_ options: [SettingKey: String] = [:], yaml: String = "") -> OperatorFailure? {
    do {
      _ = try settings(options, yaml: yaml)
      return nil
    } catch { return error as? OperatorFailure }
  }

  @Test("without a word: auto devices into the local channel, 720p30 at 2500 kbit/s")
  func defaults() throws {
    let settings = try settings()
    #expect(settings.camera == .auto)
    #expect(settings.microphone == .auto)
    #expect(settings.channel == .local)
    #expect(settings.video.size == PictureSize(width: 1280, height: 720))
    #expect(settings.video.frameRate == .thirty)
    #expect(settings.video.bitrate == .kilobits(2500))
    #expect(settings.audioBitrate == .kilobits(128))
    #expect(!settings.keepsTrying)
  }

  @Test("the sound goes with the picture unless something else is said")
  func usualMicrophone() throws {
    #expect(try settings([.camera: "test"]).microphone == .test)
    #expect(try settings([.camera: "file:a.mp4"]).microphone == .file("a.mp4"))
    #expect(try settings([.camera: "file:a.mp4", .microphone: "silence"]).microphone == .silence)
  }

  @Test("inputs of the microphone's card: auto without a word")
  func inputs() throws {
    #expect(try settings().microphoneInputs == .auto)
    #expect(try settings(yaml: "microphone-inputs: 4\n").microphoneInputs == .single(4))
    #expect(try settings([.microphoneInputs: "1+2"]).microphoneInputs == .pair(left: 1, right: 2))
  }

  @Test("options win over the file, the file over the defaults")
  func layers() throws {
    let settings = try settings([.videoBitrate: "3M"], yaml: "video-bitrate: 1M\nvideo: 640x360@15\n")
    #expect(settings.video.bitrate == .kilobits(3000))
    #expect(settings.video.size.description == "640x360")
    #expect(settings.video.frameRate.perSecond == 15)
  }

  @Test(
    "a wrong option is one line with the option's name, and a usage error",
    arguments: [
      (.video, "99999x99999", "1920"), (.video, "641x360", "even"), (.video, "640x360@120", "10 to 60"),
      (.video, "big", "WIDTHxHEIGHT"), (.videoBitrate, "9M", "8500k"),
      (.videoBitrate, "5M00", "'5M00' is not a bitrate such as 800k or 1.2M"),
      (.audioBitrate, "loud", "'loud' is not a bitrate"), (.videoEncoder, "h265", "libx264"),
      (.videoPreset, "best", "veryfast"), (.latency, "none", "low"), (.duration, "soon", "90s"),
      (.camera, "webcam", "/dev/videoN"),
      (.audioBitrate, "1", "64k"), (.microphoneInputs, "left", "such as 4"), (.microphoneInputs, "0", "1 to 64"),
      (.playbackPort, "99999", "65535"),
    ] as [(SettingKey, String, String)])
  func wrongOption(key: SettingKey, text: String, hint: String) throws {
    let failure = try #require(refusal([key: text]))
    #expect(failure.description.hasPrefix("--\(key.rawValue): "))
    #expect(failure.description.contains(hint))
    #expect(!failure.description.contains("\n"))
    #expect(failure.exitStatus == .usage)
  }

  @Test("a stream key in the channel's URL is refused and not repeated")
  func keyInURL() throws {
    let failure = try #require(refusal([.channel: "rtmps://ingest.example:443/app/sk_us-west-2_SECRET"]))
    #expect(failure.description.contains("stream-key-file"))
    #expect(!failure.description.contains("SECRET"))
    #expect(failure.exitStatus == .usage)
  }

  @Test(
    "a channel's URL with a scheme that is not taken is refused with those that are",
    arguments: [
      ("https://host/app", "'https'"), ("RIST://host:9000", "'rist'"), ("host/app", "a URL without a scheme"),
    ])
  func schemes(url: String, named: String) throws {
    let failure = try #require(refusal([.channel: url]))
    #expect(failure.exitStatus == .configuration || failure.exitStatus == .usage)
    #expect(failure.description.contains(named) && !failure.description.contains("\n"), "\(failure)")
    for scheme in ["rtmps://", "rtmp://", "srt://", "wss://", "ws://"] {
      #expect(failure.description.contains(scheme), "\(failure)")
    }
  }

  @Test("an SRT channel by its URL; a secret in it is refused and not repeated")
  func srt() throws {
    let channel = try settings([.channel: "srt://a1b2c3.srt.live-video.net"]).channel
    guard case .address(let address) = channel else {
      Issue.record("\(channel)")
      return
    }
    #expect(address.description == "srt://a1b2c3.srt.live-video.net:9000")
    #expect(address.takesPassphrase && !address.wantsToken)
    #expect(try settings(yaml: "passphrase-file: /etc/p\n").passphraseFile == "/etc/p")
    let failure = try #require(refusal([.channel: "srt://host?streamid=SECRET&passphrase=SECRET"]))
    #expect(failure.description.contains("`passphrase-file`") && !failure.description.contains("SECRET"))
    #expect(failure.exitStatus == .usage)
  }

  @Test("a passphrase is found in its file, the environment, systemd's credential; none is no failure")
  func passphrase() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "passphrase-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "ivs-srt-passphrase")
    try Data(" from a file \n".utf8).write(to: file)
    func find(_ file: String? = nil, _ environment: [String: String] = [:]) throws -> SRTPassphrase? {
      try SecretSource.findPassphrase(file: file, environment: environment)
    }
    #expect(try find() == nil)
    let (ours, theirs) = (try SRTPassphrase("from a file"), try SRTPassphrase("0123456789"))
    let variable = ["IVS_SRT_PASSPHRASE": "0123456789", "CREDENTIALS_DIRECTORY": folder.path]
    #expect(try find(file.path, variable) == ours)
    #expect(try find(nil, variable) == theirs)
    #expect(try find(nil, ["CREDENTIALS_DIRECTORY": folder.path]) == ours)
    // Given in the place of its file.
    let failure = #expect(throws: OperatorFailure.self) { try find("Geheim 0123456789") }
    #expect(failure?.description.contains("`passphrase-file`") == true)
    #expect(failure?.description.contains("Geheim") == false)
  }

  @Test("a former name works, and says what the name is now")
  func formerName() throws {
    let values = try SettingsFile.parse("camera: test\nroad: direct\n", path: "kiosk.yaml")
    #expect(try BroadcastSettings(options: [:], file: values).route == .direct)
    #expect(values[.route]?.hint == "kiosk.yaml:2: 'road' is called 'route' now; the former name still works")
    #expect(values[.camera]?.hint == nil)
  }

  @Test(
    "a wrong file is one line with path and line, and a configuration error",
    arguments: [
      ("camera: auto\ncamra: test\n", "kiosk.yaml:2", "did you mean 'camera'?"),
      ("video:\n  size: 640x360\n", "kiosk.yaml:1", "one value"), ("video: [1, 2]\n", "kiosk.yaml:1", "one value"),
      ("\n\nvideo: 641x360\n", "kiosk.yaml:3", "even"), ("camera: 'auto\n", "kiosk.yaml:", "not YAML"),
      ("route: auto\nroad: direct\n", "kiosk.yaml:2", "'road' and 'route' are the same"),
      ("road: auto\nroute: direct\n", "kiosk.yaml:2", "'road' and 'route' are the same"),
      ("road: nonsense\n", "kiosk.yaml:1: road", "not one of auto, direct"),
      // The space after the colon is missing: what stands behind it may be a secret.
      ("{camera: auto, stream-key:sk_hidden: x}", "kiosk.yaml:1", "unknown setting 'stream-key': "),
      ("- camera\n", "kiosk.yaml:1", "name: value"), ("camera: test\ncamera: auto\n", "kiosk.yaml:", "twice"),
    ] as [(String, String, String)])
  func wrongFile(yaml: String, place: String, hint: String) throws {
    let failure = try #require(refusal(yaml: yaml))
    #expect(failure.description.hasPrefix(place))
    #expect(failure.description.contains(hint))
    #expect(!failure.description.contains("\n"))
    #expect(failure.exitStatus == .configuration)
  }

  @Test("an empty file is a file without settings", arguments: ["", "\n", "# nothing\n", "---\n"])
  func emptyFile(yaml: String) throws { #expect(try settings(yaml: yaml).channel == .local) }

  @Test(
    "durations as people write them",
    arguments: [("90", 90), ("90s", 90), ("15m", 900), ("1h30m", 5400), ("2.5s", 2.5)] as [(String, Double)])
  func durations(text: String, seconds: Double) { #expect(Duration(parsing: text)?.inSeconds == seconds) }

  @Test("refuses what is no duration", arguments: ["", "s", "1x", "5s5s", "-1s", "1h3", "1e400"])
  func notDurations(text: String) { #expect(Duration(parsing: text) == nil) }
}

@Suite("Status")
struct StatusTests {
  private func live() -> BroadcastStatus {
    var status = BroadcastStatus()
    status.phase = .live
    status.onAirSeconds = 3723
    status.verdict = Verdict(level: .good, reason: "delivered")
    status.video.framesPerSecond = 29.97
    status.video.kilobitsPerSecond = 2498
    status.video.targetKilobitsPerSecond = 2500
    status.transport.roundTripMilliseconds = 12.4
    status.transport.queueMilliseconds = 3
    return status
  }

  @Test("the living line says all in one line")
  func line() {
    #expect(
      StatusLine.text(live(), columns: 200, hasColor: false)
        == "● LIVE  01:02:03  30.0 fps  2498/2500 kbit/s  dropped 0  rtt 12 ms  queue 3 ms  good: delivered")
  }

  @Test("what was not measured is a dash for people, and absent for programs")
  func unmeasured() throws {
    var status = BroadcastStatus()
    status.phase = .live
    status.video.targetKilobitsPerSecond = 2500
    let line = StatusLine.text(status, columns: 200, hasColor: false)
    #expect(line.contains("– fps  –/2500 kbit/s") && line.contains("rtt – ms"), "\(line)")
    let text = String(decoding: try JSONEncoder().encode(status), as: UTF8.self)
    for name in [
      "framesPerSecond", "kilobitsPerSecond", "encodeMilliseconds", "levels", "driftPartsPerMillion",
      "bytesAcknowledgedByTransport", "kernelQueueBytes", "roundTripMilliseconds", "retransmits",
      "captureToSocketMilliseconds",
      "processPercent", "systemPercent",
    ] { #expect(!text.contains("\"\(name)\""), "\(name)") }
    #expect(text.contains(#""damagedFrames":0"#))
  }

  @Test("never longer than the terminal is wide", arguments: [10, 20, 40, 80])
  func width(columns: Int) { #expect(StatusLine.text(live(), columns: columns, hasColor: false).count <= columns) }

  @Test("each verdict has its own sign, not only its colour")
  func signs() {
    let signs = [Verdict.Level.good, .warning, .bad].map { level in
      var status = live()
      status.verdict.level = level
      return StatusLine.text(status, columns: 80, hasColor: false).prefix(1)
    }
    #expect(Set(signs).count == 3)
  }

  @Test("good is said only when bytes were acknowledged")
  func goodNeedsDelivery() {
    var evidence = Verdict.Evidence()
    #expect(Verdict.judge(evidence).level == .pending)
    evidence.hasDelivered = true
    #expect(Verdict.judge(evidence).level == .good)
    evidence.secondsWithoutAcknowledgement = 3
    #expect(Verdict.judge(evidence).level == .bad)
  }

  @Test("losses above 1 % warn, above 5 % are bad, and the cause is named")
  func losses() {
    var evidence = Verdict.Evidence()
    evidence.hasDelivered = true
    evidence.encoderLoss = 0.02
    #expect(Verdict.judge(evidence) == Verdict(level: .warning, reason: "encoder too slow: 2 % lost"))
    evidence.networkLoss = 0.06
    #expect(Verdict.judge(evidence) == Verdict(level: .bad, reason: "network too slow: 6 % lost"))
  }
}
