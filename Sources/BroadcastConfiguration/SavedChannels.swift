public import IVS
public import Interface
internal import Media
public import Networking
internal import RTMP
public import SRT
public import Settings
internal import Transwrap

/// The channels that were saved under a name, with their stream keys.
///
/// ```yaml
/// venue:
///   ingest: 'rtmps://a1b2c3d4e5f6.global-contribute.live-video.net:443/app'
///   key: 'sk_us-west-2_…'
///   playback-url: 'https://…/channel.m3u8'
///   arn: 'arn:aws:ivs:us-west-2:123456789012:channel/…'
/// ```
///
/// One with an `srt://` ingest may have a `passphrase` too.
public struct SavedChannels: Sendable, CustomReflectable {
  /// A saved channel; its key shows in no dump.
  public struct Entry: Sendable, Equatable {
    /// What it is called.
    public let name: String
    /// Where to publish.
    public let address: ChannelAddress
    /// The key, where it was saved.
    public let key: StreamKey?
    /// The proxy's token, where it was saved.
    public let token: BearerToken?
    /// The passphrase of an SRT channel, where it was saved.
    public let passphrase: SRTPassphrase?

    /// Whether what the address wants is there.
    public var hasSecret: Bool { address.wantsToken ? token != nil : key != nil }
    /// Where to watch it.
    public let playbackURL: String?
    /// The channel of an AWS account that it is.
    public let arn: ChannelARN?
  }

  /// All of them, in the file's order.
  public private(set) var entries: [Entry] = []
  /// The entries alone: keys show in no dump.
  public var customMirror: Mirror { Mirror(self, children: ["entries": entries]) }
  private let path: String
  /// The largest file that is read, and kept.
  private static let limitBytes = 1 << 20
  /// The keys' text is only in the file; entries that are not changed are written back as they were read.
  private var texts: [String: Facts] = [:]

  /// A channel as the file has it.
  private struct Facts {
    var ingest: String
    var secret: String
    var passphrase: String
    var playbackURL: String
    var arn: ChannelARN?
  }

  /// Reads a file; one that is not there holds none.
  /// - Throws: one line with `path:line` for what is wrong.
  public init(path: String) throws(OperatorFailure) {
    let text: String
    do { text = try TextFile.read(path, limit: Self.limitBytes) } catch {
      guard error == .missing else { throw OperatorFailure(error.line(path), .configuration) }
      try self.init("", path: path)
      return
    }
    try self.init(text, path: path)
  }

  /// Reads a file's text.
  init(_ text: String, path: String) throws(OperatorFailure) {
    self.path = path
    guard let root = try YAMLDocument.read(text, path: path) else { return }
    guard case .mapping(let channels) = root.content else {
      throw OperatorFailure(
        "\(path):\(root.line): channels are lines of `name:` with their facts below", .configuration)
    }
    for (name, facts) in channels { try read(name, facts) }
  }

  private mutating func read(_ name: YAMLNode, _ facts: YAMLNode) throws(OperatorFailure) {
    guard let word = name.text, case .mapping(let pairs) = facts.content else {
      throw OperatorFailure(
        "\(path):\(name.line): a channel has lines of ingest, key or token, passphrase, playback-url, and arn",
        .configuration)
    }
    var values: [String: String] = [:]
    for (key, value) in pairs {
      guard let field = key.text,
        ["ingest", "key", "token", "passphrase", "playback-url", "arn"].contains(field), let text = value.text
      else {
        throw OperatorFailure(
          "\(path):\(key.line): \(key.shownName): a channel has ingest, key or token, passphrase, playback-url,"
            + " and arn",
          .configuration)
      }
      values[field] = text
    }
    do {
      try put(
        word,
        Facts(
          ingest: values["ingest"] ?? "", secret: values["key"] ?? values["token"] ?? "",
          passphrase: values["passphrase"] ?? "", playbackURL: values["playback-url"] ?? "",
          arn: try values["arn"].map(Self.arn)))
    } catch { throw OperatorFailure(Explanation(of: error).at("\(path):\(name.line)"), .configuration) }
  }

  private static func arn(_ text: String) throws(OperatorFailure) -> ChannelARN {
    guard let arn = ChannelARN(text) else {
      throw OperatorFailure("'\(text)' is not the ARN of a channel", .configuration)
    }
    return arn
  }

  /// The channel of that name.
  public subscript(name: String) -> Entry? { entries.first { $0.name == name } }

  /// Keeps a channel, instead of the one that had its name; written at once.
  /// - Throws: one line for what is wrong with it, with its field; never with the key.
  public mutating func save(_ profile: ChannelProfile) throws(OperatorFailure) {
    try profile.check()
    let arn = try profile.arn.map(Self.arn)
    try update { channels throws(OperatorFailure) in
      // A profile has no passphrase: the saved one stays with its ingest. A key that is not given stays.
      let before = channels.texts[profile.name]
      let saved = before.flatMap { $0.ingest == profile.ingest ? $0.passphrase : nil }
      try channels.put(
        profile.name,
        Facts(
          ingest: profile.ingest, secret: profile.key.isEmpty ? before?.secret ?? "" : profile.key,
          passphrase: saved ?? "", playbackURL: profile.playbackURL,
          arn: arn))
    }
  }

  /// Gives a new key to whatever is saved of a channel of an AWS account, and goes there by a key; written at once.
  /// - Returns: the names of what was changed.
  public mutating func replaceKey(of arn: ChannelARN, with key: String) throws(OperatorFailure) -> [String] {
    func goesThereByKey(_ entry: Entry) -> Bool { entry.arn == arn && !entry.address.wantsToken }
    guard entries.contains(where: goesThereByKey) else { return [] }
    return try update { channels throws(OperatorFailure) in
      let names = channels.entries.filter(goesThereByKey).map(\.name)
      for name in names {
        guard var facts = channels.texts[name] else { continue }
        facts.secret = key
        try channels.put(name, facts)
      }
      return names
    }
  }

  /// Forgets a channel; written at once.
  public mutating func remove(_ name: String) throws(OperatorFailure) {
    try update { channels throws(OperatorFailure) in
      channels.entries.removeAll { $0.name == name }
      channels.texts[name] = nil
    }
  }

  /// Changes the file as it is now, which others may have changed since it was read, and takes over what it says.
  private mutating func update<Answer>(
    _ change: (inout SavedChannels) throws(OperatorFailure) -> Answer
  ) throws(OperatorFailure) -> Answer {
    let path = path
    let (channels, answer) = try SavedFile.update(path, limit: Self.limitBytes) { text throws(OperatorFailure) in
      var channels = try SavedChannels(text ?? "", path: path)
      let answer = try change(&channels)
      return (channels.text, (channels, answer))
    }
    self = channels
    return answer
  }

  private mutating func put(_ name: String, _ facts: Facts) throws(OperatorFailure) {
    let address: ChannelAddress
    do { address = try ChannelAddress(parsing: facts.ingest) } catch {
      throw error.about(ChannelProfile.Field.ingest.rawValue)
    }
    var secrets = ChannelSecrets()
    do throws(OperatorFailure) {
      if !facts.secret.isEmpty, address.wantsToken {
        secrets.token = try SecretSource.checkToken(facts.secret, from: "the channel '\(name)'")
      } else if !facts.secret.isEmpty {
        secrets.key = try SecretSource.checkKey(facts.secret, from: "the channel '\(name)'")
      }
    } catch { throw error.about(ChannelProfile.Field.key.rawValue) }
    if !facts.passphrase.isEmpty {
      guard address.takesPassphrase else {
        throw OperatorFailure("the channel '\(name)': only an srt:// ingest has a passphrase", .configuration)
      }
      secrets.passphrase = try SecretSource.checkPassphrase(facts.passphrase, from: "the channel '\(name)'")
    }
    let entry = Entry(
      name: name, address: address, key: secrets.key, token: secrets.token, passphrase: secrets.passphrase,
      playbackURL: facts.playbackURL.isEmpty ? nil : facts.playbackURL, arn: facts.arn)
    if let index = entries.firstIndex(where: { $0.name == name }) {
      entries[index] = entry
    } else {
      entries.append(entry)
    }
    texts[name] = facts
  }

  private var text: String {
    var text = "# Channels saved by ivs-broadcast. Their keys are in here: keep this file to yourself.\n"
    for entry in entries {
      guard let facts = texts[entry.name] else { continue }
      text += "\(SettingsFile.quoted(entry.name)):\n  ingest: \(SettingsFile.quoted(facts.ingest))\n"
      if !facts.secret.isEmpty {
        text += "  \(entry.address.wantsToken ? "token" : "key"): \(SettingsFile.quoted(facts.secret))\n"
      }
      if !facts.passphrase.isEmpty { text += "  passphrase: \(SettingsFile.quoted(facts.passphrase))\n" }
      if !facts.playbackURL.isEmpty { text += "  playback-url: \(SettingsFile.quoted(facts.playbackURL))\n" }
      if let arn = entry.arn { text += "  arn: \(SettingsFile.quoted(arn.text))\n" }
    }
    return text
  }
}
