internal import ArgumentParser
internal import IVS
internal import Settings

/// What a channel is to be, as options.
struct ChannelAttributeOptions: ParsableArguments {
  @Option(help: ArgumentHelp("basic, standard, advanced-sd or advanced-hd.", valueName: "type"))
  var type: String?
  @Option(help: ArgumentHelp("low or normal.", valueName: "latency"))
  var latency: String?
  @Flag(inversion: .prefixedNo, help: "Viewers need a playback token.")
  var authorized: Bool?
  @Flag(inversion: .prefixedNo, help: "Also accept unencrypted RTMP and SRT.")
  var insecureIngest: Bool?
  @Option(
    help: ArgumentHelp("higher-bandwidth or constrained-bandwidth, for the advanced types.", valueName: "preset"))
  var preset: String?
  @Option(help: ArgumentHelp("ARN of a recording configuration, or none.", valueName: "arn"))
  var recording: String?

  /// The options as the API spells them.
  /// - Throws: one line for a value that no channel has.
  func attributes() throws(OperatorFailure) -> ChannelAttributes {
    var attributes = ChannelAttributes()
    attributes.type = try Self.word("--type", type, Self.types)
    attributes.latencyMode = try Self.word("--latency", latency, ["low": "LOW", "normal": "NORMAL"])
    attributes.preset = try Self.word("--preset", preset, Self.presets)
    attributes.authorized = authorized
    attributes.insecureIngest = insecureIngest
    attributes.recordingConfigurationArn = try recordingConfiguration()
    if attributes.preset != nil, let type = attributes.type, !type.hasPrefix("ADVANCED") {
      throw OperatorFailure("--preset: only the types advanced-sd and advanced-hd have one", .usage)
    }
    return attributes
  }

  private static let types = Dictionary(
    uniqueKeysWithValues: IVSChannel.Kind.allCases.map { ($0.rawValue.optionWord, $0.rawValue) })
  private static let presets = [
    "higher-bandwidth": "HIGHER_BANDWIDTH_DELIVERY", "constrained-bandwidth": "CONSTRAINED_BANDWIDTH_DELIVERY",
  ]

  /// The API's word for an option's; the API's own is taken too.
  private static func word(
    _ option: String, _ given: String?, _ words: [String: String]
  ) throws(OperatorFailure) -> String? {
    guard let given else { return nil }
    if let word = words[given.optionWord] ?? words.values.first(where: { $0.optionWord == given.optionWord }) {
      return word
    }
    throw OperatorFailure(
      "\(option): '\(given.printable)' is none of \(words.keys.sorted().joined(separator: ", "))", .usage)
  }

  private func recordingConfiguration() throws(OperatorFailure) -> String? {
    guard let recording else { return nil }
    if recording == "none" { return "" }
    let parts = recording.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 6, parts[0] == "arn", parts[2] == "ivs", parts[5].hasPrefix("recording-configuration/") else {
      throw OperatorFailure(
        "--recording: '\(recording.printable)' is not the ARN of a recording configuration"
          + " (arn:aws:ivs:REGION:ACCOUNT:recording-configuration/ID), and not 'none'", .usage)
    }
    return recording
  }
}

/// Tags of the form `NAME=VALUE`.
enum Tags {
  /// - Throws: one line for a text that is none, or given twice.
  static func read(_ texts: [String]) throws(OperatorFailure) -> [String: String]? {
    var tags: [String: String] = [:]
    for text in texts {
      guard let place = text.firstIndex(of: "="), place > text.startIndex else {
        throw OperatorFailure("--tag: '\(text.printable)' is not NAME=VALUE", .usage)
      }
      let name = String(text[..<place])
      let value = String(text[text.index(after: place)...])
      guard name.unicodeScalars.count <= 128, value.unicodeScalars.count <= 256, !name.hasPrefix("aws:") else {
        throw OperatorFailure(
          "--tag: '\(name.printable)': a name has at most 128 characters and does not begin with aws:, a value at most"
            + " 256", .usage)
      }
      guard tags.updateValue(value, forKey: name) == nil else {
        throw OperatorFailure("--tag: '\(name.printable)' is given twice", .usage)
      }
    }
    guard tags.count <= 50 else { throw OperatorFailure("--tag: a channel has at most 50", .usage) }
    return tags.isEmpty ? nil : tags
  }
}

extension String {
  /// As options spell the API's words: `ADVANCED_SD` is `advanced-sd`.
  var optionWord: String { String(lowercased().map { $0 == "_" ? "-" : $0 }) }
}
