internal import Media
public import Settings

/// What can be asked of a running broadcaster, in words: the same on the wire and on the command line.
///
/// Pure. A command is a word, and after one space its argument: `mute on`, `gain -3`, `mark kick-off`.
public enum IntentGrammar {
  /// A command as the help shows it.
  public struct Entry: Sendable {
    /// The word and its argument: `mute on|off`.
    public let usage: String
    /// What it does, in a line.
    public let summary: String
    fileprivate let parse: @Sendable (_ argument: String) throws(OperatorFailure) -> Intent

    /// The word alone.
    public var word: String { String(usage.prefix { $0 != " " }) }
    /// What follows the word, as the help shows it: `on|off`; empty where nothing does.
    public var argument: String { String(usage.dropFirst(word.count + 1)) }
    /// The words that may follow as they are: `on`, `off`.
    public var choices: [String] {
      argument.split { "[]|".contains($0) }.map(String.init).filter { $0.allSatisfy(\.isLowercase) }
    }
  }

  /// Bytes of UTF-8 that timed metadata has at most (Amazon IVS, PutMetadata), and a remark too.
  public static let textBytes = 1024

  /// All commands, in the order of the help.
  public static let entries: [Entry] = [
    .onOff("mute", "Sends silence, or sound again.") { .mute($0) },
    Entry(usage: "gain DB", summary: "Sets the gain, \(Intent.gainRange) dB.") { text throws(OperatorFailure) in
      guard let decibels = Double(text), Intent.gainDecibels.contains(decibels) else {
        throw wrong("gain: '\(shown(text))' is not a number from \(Intent.gainRange)")
      }
      return .gain(decibels: decibels)
    },
    .text("camera SPEC", "Switches the camera; SPEC as in the settings.") { .camera($0) },
    .text("microphone SPEC", "Switches the microphone; SPEC as in the settings.") { .microphone($0) },
    Entry(usage: "inputs auto|N|L+R", summary: "Selects inputs of the sound card, such as 4 or 1+2.") {
      text throws(OperatorFailure) in
      guard InputChoice(parsing: text) != nil else {
        throw wrong("inputs: '\(shown(text))' is neither auto nor an input such as 4, nor two such as 1+2")
      }
      return .microphoneInputs(text)
    },
    Entry(usage: "bitrate RATE", summary: "Sets the video bitrate, \(Intent.videoBitrateRange).") {
      text throws(OperatorFailure) in
      do {
        return .videoBitrate(kilobits: try Bitrate.parse(shown(text), kilobits: Intent.videoKilobits).kilobitsPerSecond)
      } catch {
        throw wrong("bitrate: \(error)")
      }
    },
    .onOff("adaptive", "Lets the bitrate follow the network.") { .adaptiveBitrate($0) },
    Entry(usage: "bitrate-min RATE", summary: "Sets the lowest bitrate it follows to.") {
      text throws(OperatorFailure) in
      do {
        let bitrate = try Bitrate.parse(shown(text), kilobits: Intent.videoKilobits)
        return .videoBitrateMinimum(kilobits: bitrate.kilobitsPerSecond)
      } catch { throw wrong("bitrate-min: \(error)") }
    },
    Entry(usage: "delay-limit TIME", summary: "Bounds how far it falls behind, \(Intent.delayLimitRange).") {
      text throws(OperatorFailure) in
      guard let limit = Intent.delayLimit(parsing: text) else {
        throw wrong("delay-limit: '\(shown(text))' is not a time from \(Intent.delayLimitRange)")
      }
      return .delayLimit(milliseconds: Int(limit.inMilliseconds))
    },
    .text("channel NAME", "Selects the channel, not while live.") { .channel($0) },
    Entry(usage: "video WxH@FPS", summary: "Sets size and frame rate, not while live.") {
      text throws(OperatorFailure) in
      do { _ = try VideoMode(parsing: text) } catch { throw wrong("video: \(error)") }
      return .video(text)
    },
    .text("preset NAME", "Selects the preset of x264, not while live.") { .videoPreset($0) },
    .onOff("slate", "Switches between slate and camera; sound goes on.") { .slate($0) },
    .text("mark TEXT", "Adds a note to the log.") { .mark($0) },
    Entry(usage: "metadata TEXT", summary: "Sends timed metadata to the players, up to 1024 bytes.") {
      text throws(OperatorFailure) in
      guard (1...textBytes).contains(text.utf8.count) else {
        throw wrong("metadata: \(text.utf8.count) bytes of text are not within 1 to \(textBytes)")
      }
      return .metadata(text)
    },
    .alone("reconnect", "Reconnects now.", .reconnect),
    .onOff("record", "Starts or stops recording the stream.") { .record($0) },
    .alone("snapshot", "Saves the picture as a PNG file and says where.", .snapshot),
    .alone("refresh-devices", "Looks for cameras and microphones again.", .refreshDevices),
    .alone("refresh-channels", "Loads the AWS account's channels again.", .refreshChannels),
    .onOff("ivs-figures", "Asks CloudWatch what IVS receives; AWS bills for it.") { .serviceFigures($0) },
    .alone("reload", "Reads the settings file again; for stream only.", .reload),
    Entry(usage: "go-live [takeover]", summary: "Goes live from the console; can take over another stream.") {
      text throws(OperatorFailure) in
      if text == "takeover" { return .takeOver }
      guard text.isEmpty else { throw wrong("go-live: '\(shown(text))' is not takeover, the only word after it") }
      return .goLive
    },
    .alone("stop", "Ends the broadcast; stream exits, the console stays.", .stop),
  ]

  /// The command that begins with this word.
  public static func entry(_ word: some StringProtocol) -> Entry? { entries.first { $0.word == word } }

  /// What a command asks for.
  /// - Throws: one line, with exit status usage.
  public static func parse(_ command: String) throws(OperatorFailure) -> Intent {
    let word = command.prefix { $0 != " " }
    let argument = String(command.dropFirst(word.count + 1))
    guard let entry = entry(word) else {
      let problem = word.isEmpty ? "no command is given" : "'\(shown(String(word)))' is not a command"
      if !word.isEmpty, let meant = suggestion(for: String(word), among: entries.map(\.word)) {
        throw wrong("\(problem); did you mean '\(meant)'?")
      }
      throw wrong("\(problem); they are \(entries.map(\.word).joined(separator: ", "))")
    }
    return try entry.parse(argument)
  }

  /// The usages and what they do, a line each.
  public static var help: String {
    let width = entries.map(\.usage.count).max() ?? 0
    return entries.map { entry in
      "  \(entry.usage)\(String(repeating: " ", count: width + 2 - entry.usage.count))\(entry.summary)"
    }.joined(separator: "\n")
  }

  fileprivate static func wrong(_ text: String) -> OperatorFailure { OperatorFailure(text, .usage) }

  fileprivate static func parseSwitch(_ word: String, _ text: String) throws(OperatorFailure) -> Bool {
    switch text {
    case "on": return true
    case "off": return false
    case "": throw wrong("\(word): expected on or off")
    default: throw wrong("\(word): expected on or off, not '\(shown(text))'")
    }
  }

  fileprivate static func nothing(_ word: String, _ text: String, _ intent: Intent) throws(OperatorFailure) -> Intent {
    guard text.isEmpty else { throw wrong("\(word): takes nothing after it, not '\(shown(text))'") }
    return intent
  }

  /// A text for logs and file names: one line.
  fileprivate static func parseText(_ word: String, _ text: String) throws(OperatorFailure) -> String {
    guard !text.isEmpty else { throw wrong("\(word): no text is given") }
    guard text.utf8.count <= textBytes else {
      throw wrong("\(word): \(text.utf8.count) bytes of text are more than \(textBytes)")
    }
    guard text.unicodeScalars.allSatisfy(\.isPrintable) else { throw wrong("\(word): control characters are in it") }
    return text
  }

  /// What somebody sent, short and fit to be shown.
  private static func shown(_ text: String) -> String {
    let cleaned = String(String.UnicodeScalarView(text.unicodeScalars.prefix(60).filter(\.isPrintable)))
    return cleaned.unicodeScalars.count < text.unicodeScalars.count ? "\(cleaned)…" : cleaned
  }
}

extension IntentGrammar.Entry {
  /// A command with `on` or `off` after it.
  fileprivate static func onOff(
    _ word: String, _ summary: String, _ intent: @escaping @Sendable (Bool) -> Intent
  ) -> IntentGrammar.Entry {
    IntentGrammar.Entry(usage: "\(word) on|off", summary: summary) { text throws(OperatorFailure) in
      intent(try IntentGrammar.parseSwitch(word, text))
    }
  }

  /// A command with a text of one line after it.
  fileprivate static func text(
    _ usage: String, _ summary: String, _ intent: @escaping @Sendable (String) -> Intent
  ) -> IntentGrammar.Entry {
    let word = String(usage.prefix { $0 != " " })
    return IntentGrammar.Entry(usage: usage, summary: summary) { text throws(OperatorFailure) in
      intent(try IntentGrammar.parseText(word, text))
    }
  }

  /// A command with nothing after it.
  fileprivate static func alone(_ word: String, _ summary: String, _ intent: Intent) -> IntentGrammar.Entry {
    IntentGrammar.Entry(usage: word, summary: summary) { text throws(OperatorFailure) in
      try IntentGrammar.nothing(word, text, intent)
    }
  }
}

extension Unicode.Scalar {
  /// Whether it can stand in a line of a log.
  fileprivate var isPrintable: Bool {
    switch properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
    default: true
    }
  }
}
