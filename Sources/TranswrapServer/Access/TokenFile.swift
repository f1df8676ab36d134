internal import Crypto
internal import FoundationEssentials
public import Settings
internal import Transwrap

/// The file with the tokens that a proxy takes: their hashes, for which channels, and until when.
///
/// ```yaml
/// - sha256: 6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b
///   name: venue camera 1
///   channels: [venue]
///   expires: 2027-01-31T00:00:00Z
/// ```
///
/// Tokens are 256 random bits, so a plain hash cannot be guessed back.
public struct TokenFile: Sendable {
  /// One token.
  struct Entry: Equatable, Sendable {
    /// SHA-256 of the token in hexadecimal.
    var hash: String
    /// What people call it.
    var name: String
    /// For which channels it is; `*` for all.
    var channels: [String]
    /// When it ends, in seconds since 1970; `nil` for never.
    var expires: Int64?
  }

  private(set) var entries: [Entry] = []
  private let path: String

  /// Reads a file; one that is not there is empty where `mayBeMissing`.
  public init(path: String, mayBeMissing: Bool = false) throws(OperatorFailure) {
    let text: String
    do { text = try TextFile.read(path, limit: 8 << 20) } catch {
      if error == .missing && mayBeMissing {
        try self.init(text: "", path: path)
        return
      }
      let hint = error == .missing ? "make it with `ivs-transwrap token add`" : "check its permissions"
      throw OperatorFailure("\(path): no tokens file that can be read: \(hint)", .configuration)
    }
    try self.init(text: text, path: path)
  }

  /// Reads a file's text.
  init(text: String, path: String) throws(OperatorFailure) {
    self.path = path
    let root: YAMLNode?
    do { root = try YAMLDocument.parse(text) } catch {
      throw OperatorFailure("\(path):\(error.line): not YAML: \(error.problem)", .configuration)
    }
    guard let root, !root.isNull else { return }
    guard case .sequence(let items) = root.content else {
      throw OperatorFailure("\(path):\(root.line): a list of tokens is wanted", .configuration)
    }
    for item in items { entries.append(try Self.entry(item, path)) }
  }

  private static func entry(_ item: YAMLNode, _ path: String) throws(OperatorFailure) -> Entry {
    func wrong(_ line: Int, _ what: String) -> OperatorFailure {
      OperatorFailure("\(path):\(line): \(what)", .configuration)
    }
    guard case .mapping(let pairs) = item.content else { throw wrong(item.line, "a token has sha256 and channels") }
    var entry = Entry(hash: "", name: "", channels: [], expires: nil)
    for (key, value) in pairs {
      switch key.text {
      case "sha256":
        guard let text = value.text?.lowercased(), text.utf8.count == 64, text.allSatisfy(\.isHexDigit) else {
          throw wrong(value.line, "sha256: 64 hexadecimal digits are wanted")
        }
        entry.hash = text
      case "name": entry.name = value.text ?? ""
      case "channels":
        guard case .sequence(let nodes) = value.content else { throw wrong(value.line, "channels: a list is wanted") }
        entry.channels = nodes.compactMap(\.text)
      case "expires":
        guard let text = value.text, let date = try? Date(text, strategy: .iso8601) else {
          throw wrong(value.line, "expires: a time such as 2027-01-31T00:00:00Z is wanted")
        }
        entry.expires = Int64(date.timeIntervalSince1970)
      default: throw wrong(key.line, "unknown '\(key.text ?? "?")': a token has sha256, name, channels and expires")
      }
    }
    guard !entry.hash.isEmpty, !entry.channels.isEmpty else {
      throw wrong(item.line, "a token has sha256 and channels")
    }
    return entry
  }

  /// Makes a token, keeps its hash in the file, and returns the token, which is never to be seen again.
  public mutating func add(
    name: String, channels: [String], lifetime: Duration?
  ) throws(OperatorFailure) -> String {
    for channel in channels where channel != "*" && !PublishRequest.isName(channel) {
      throw OperatorFailure("--channel: '\(channel)' is no channel's name", .usage)
    }
    var random = SystemRandomNumberGenerator()
    var bytes: [UInt8] = []
    while bytes.count < 32 { bytes.append(UInt8.random(in: 0...255, using: &random)) }
    let token =
      "tw_"
      + Data(bytes).base64EncodedString().filter { $0 != "=" }.map {
        $0 == "+" ? "-" : $0 == "/" ? "_" : $0
      }
    let expires = lifetime.map { Int64(Date().timeIntervalSince1970) + $0.components.seconds }
    entries.append(Entry(hash: Self.hash(of: token), name: name, channels: channels, expires: expires))
    try write()
    return token
  }

  /// Forgets the tokens of that name; returns how many there were.
  public mutating func remove(name: String) throws(OperatorFailure) -> Int {
    let before = entries.count
    entries.removeAll { $0.name == name }
    if entries.count < before { try write() }
    return before - entries.count
  }

  /// A line for each token, without anything secret.
  public var summary: [String] {
    entries.map { entry in
      let until = entry.expires.map { "until " + Date(timeIntervalSince1970: Double($0)).formatted(.iso8601) }
      return "\(entry.name.isEmpty ? "-" : entry.name)\t\(entry.channels.joined(separator: ","))\t"
        + "\(until ?? "for ever")\t\(entry.hash.prefix(12))…"
    }
  }

  private func write() throws(OperatorFailure) {
    var text = "# Tokens of ivs-transwrap, as hashes. Written by `ivs-transwrap token`.\n"
    for entry in entries {
      let channels = entry.channels.map(Self.quoted).joined(separator: ", ")
      text += "- sha256: \(entry.hash)\n  name: \(Self.quoted(entry.name))\n  channels: [\(channels)]\n"
      if let expires = entry.expires {
        text += "  expires: '\(Date(timeIntervalSince1970: Double(expires)).formatted(.iso8601))'\n"
      }
    }
    try TextFile.write(text, to: path)
  }

  private static func quoted(_ text: String) -> String {
    let plain = text.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7f }
    return "'"
      + String(String.UnicodeScalarView(plain)).split(separator: "'", omittingEmptySubsequences: false)
      .joined(separator: "''") + "'"
  }

  static func hash(of token: String) -> String {
    SHA256.hash(data: Data(token.utf8)).map { byte in
      let text = String(byte, radix: 16)
      return text.count == 1 ? "0" + text : text
    }.joined()
  }

  /// The entry of a token; `nil` where there is none.
  func entry(of token: String) -> Entry? {
    let hash = Self.hash(of: token)
    return entries.first { $0.hash == hash }
  }
}
