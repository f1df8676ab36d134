import Interface
import Media
import Settings
import Testing

@Suite("Commands in words")
struct IntentGrammarTests {
  @Test(
    "each command is one intent",
    arguments: [
      ("mute on", Intent.mute(true)), ("mute off", .mute(false)), ("gain -3", .gain(decibels: -3)),
      ("gain 1.5", .gain(decibels: 1.5)), ("camera usb:3A2F71", .camera("usb:3A2F71")),
      ("camera name:Logi Cam", .camera("name:Logi Cam")), ("microphone hw:1,0", .microphone("hw:1,0")),
      ("inputs 4", .microphoneInputs("4")), ("inputs 1+2", .microphoneInputs("1+2")),
      ("bitrate 2500", .videoBitrate(kilobits: 2500)), ("bitrate 900k", .videoBitrate(kilobits: 900)),
      ("bitrate 900 kbit/s", .videoBitrate(kilobits: 900)), ("bitrate 1.2M", .videoBitrate(kilobits: 1200)),
      ("slate on", .slate(true)), ("mark kick-off", .mark("kick-off")),
      ("mark  a  b ", .mark(" a  b ")), ("metadata {\"a\":\n1}", .metadata("{\"a\":\n1}")), ("reconnect", .reconnect),
      ("record on", .record(true)), ("record off", .record(false)), ("snapshot", .snapshot), ("go-live", .goLive),
      ("go-live takeover", .takeOver), ("stop", .stop), ("channel venue", .channel("venue")),
      ("video 1280x720@30", .video("1280x720@30")), ("preset faster", .videoPreset("faster")),
      ("refresh-devices", .refreshDevices), ("refresh-channels", .refreshChannels),
      ("ivs-figures off", .serviceFigures(false)),
    ])
  func command(text: String, intent: Intent) throws {
    #expect(try IntentGrammar.parse(text) == intent)
  }

  @Test(
    "what is none is refused in one line as wrong usage",
    arguments: [
      ("", "no command is given; they are mute, gain,"), ("Mute on", "'Mute' is not a command"),
      ("mute", "mute: expected on or off"), ("mute  on", "mute: expected on or off, not ' on'"),
      ("gain loud", "gain: 'loud' is not a number from -60 to 30"), ("gain nan", "gain: 'nan'"),
      ("gain inf", "gain: 'inf'"), ("inputs left", "inputs: 'left' is neither auto"), ("inputs", "inputs: ''"),
      ("gain 31", "gain: '31'"), ("bitrate 99", "bitrate: '99' is not within 100k to 8500k"),
      ("bitrate 5M00", "bitrate: '5M00' is not a bitrate"),
      ("bitrate 8501", "100k to 8500k"), ("camera", "camera: no text is given"),
      ("camera a\nb", "camera: control characters"), ("mark \u{1B}[2J", "mark: control characters"),
      ("mark \u{202E}x", "mark: control characters"), ("reconnect now", "reconnect: takes nothing after it, not 'now'"),
      ("stop\n", "'stop…' is not a command"), ("metadata", "metadata: 0 bytes of text are not within 1 to 1024"),
    ])
  func refusal(text: String, part: String) throws {
    let failure = try #require(throws: OperatorFailure.self) { try IntentGrammar.parse(text) }
    #expect(failure.description.contains(part), "\(failure)")
    #expect(failure.exitStatus == .usage && !failure.description.contains { $0.isNewline })
  }

  @Test("timed metadata has 1 to 1024 bytes of UTF-8, whatever its characters")
  func metadataLength() throws {
    let longest = String(repeating: "é", count: 512)
    #expect(try IntentGrammar.parse("metadata \(longest)") == .metadata(longest))
    #expect(throws: OperatorFailure.self) { try IntentGrammar.parse("metadata \(longest)x") }
  }

  @Test("an echo of what was sent is short")
  func shortEcho() throws {
    let failure = try #require(throws: OperatorFailure.self) {
      try IntentGrammar.parse(String(repeating: "x", count: 60_000))
    }
    #expect(failure.description.count < 400)
  }

  @Test("the help has a line for each command")
  func help() {
    let lines = IntentGrammar.help.split(separator: "\n")
    #expect(lines.count == IntentGrammar.entries.count)
    for (line, entry) in zip(lines, IntentGrammar.entries) {
      #expect(line.hasPrefix("  \(entry.usage)  ") && line.hasSuffix(entry.summary), "\(line)")
      #expect(line.count <= 80, "\(line)")
    }
  }
}
