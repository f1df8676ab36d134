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
  /// The largest file that is read, and kept.
  static let limitBytes = 8 << 20

  private(set) var entries: [Entry] = []
  /// Where the first entry of a hash is.
  private var places: [String: Int] = [:]
  private let path: String

  /// Reads a file; one that is not there is empty where `mayBeMissing`.
  public init(path: String, mayBeMissing: Bool = false) throws(OperatorFailure) {
    let text: String
    do { text = try TextFile.read(path, limit: Self.limitBytes) } catch {
      if error == .missing && mayBeMissing {
        try self.init(text: "", path: path)
        return
      }
      throw OperatorFailure(
        error == .missing
          ? "\(path): no such tokens file: make it with `ivs-transwrap token add`" : error.line(path), .configuration)
    }
    try self.init(text: text, path: path)
  }

  /// Reads a file's text.
  init(text: String, path: String) throws(OperatorFailure) {
    self.path = path
    guard let root = try YAMLDocument.read(text, path: path) else { return }
    guard case .sequence(let items) = root.content else {
      throw OperatorFailure("\(path):\(root.line): a list of tokens is wanted", .configuration)
    }
    for item in items { append(try Entry(item, path)) }
  }

  private mutating func append(_ entry: Entry) {
    if places[entry.hash] == nil { places[entry.hash] = entries.count }
    entries.append(entry)
  }

  /// Makes a token, keeps its hash in the file, and returns the token, which is never to be seen again.
  ///
  /// The file is changed as it is then, whatever others made of it since it was read.
  public mutating func add(
    name: String, channels: [String], lifetime: Duration?
  ) throws(OperatorFailure) -> String {
    for channel in channels where channel != "*" && !PublishRequest.isName(channel) {
      throw OperatorFailure("`channel`: '\(channel)' is no channel's name", .usage)
    }
    var random = SystemRandomNumberGenerator()
    var bytes: [UInt8] = []
    while bytes.count < 32 { bytes.append(UInt8.random(in: 0...255, using: &random)) }
    let token = "tw_" + Base64URL.encode(bytes)
    let expires = lifetime.map { Int64(Date().timeIntervalSince1970) + $0.components.seconds }
    let entry = Entry(hash: Self.hash(of: token), name: name, channels: channels, expires: expires)
    try update { file in file.append(entry) }
    return token
  }

  /// Forgets the tokens that `isMeant` names; returns how many there were.
  mutating func remove(where isMeant: (Entry) -> Bool) throws(OperatorFailure) -> Int {
    guard entries.contains(where: isMeant) else { return 0 }
    return try update { file in
      let rest = file.entries.filter { !isMeant($0) }
      let count = file.entries.count - rest.count
      (file.entries, file.places) = ([], [:])
      for entry in rest { file.append(entry) }
      return count
    }
  }

  /// Forgets the tokens of that name; returns how many there were.
  public mutating func remove(name: String) throws(OperatorFailure) -> Int { try remove { $0.name == name } }

  /// Forgets the token whose hash begins so; returns how many there were.
  public mutating func remove(hash: String) throws(OperatorFailure) -> Int {
    let start = hash.lowercased()
    return try remove { $0.hash.hasPrefix(start) }
  }

  /// A line for each token, without anything secret.
  public var summary: [String] {
    entries.map { entry in
      let until = entry.expires.map { "until " + Date(timeIntervalSince1970: Double($0)).formatted(.iso8601) }
      return "\(entry.name.isEmpty ? "-" : entry.name)\t\(entry.channels.joined(separator: ","))\t"
        + "\(until ?? "for ever")\t\(entry.hash.prefix(12))…"
    }
  }

  private mutating func update<Answer>(_ change: (inout TokenFile) -> Answer) throws(OperatorFailure) -> Answer {
    let path = path
    let (file, answer) = try SavedFile.update(path, limit: Self.limitBytes) { text throws(OperatorFailure) in
      var file = try TokenFile(text: text ?? "", path: path)
      let answer = change(&file)
      return (file.text, (file, answer))
    }
    self = file
    return answer
  }

  private var text: String {
    "# Tokens of ivs-transwrap, as hashes. Written by `ivs-transwrap token`.\n" + entries.map(\.text).joined()
  }

  /// SHA-256 in hexadecimal, in lower case.
  public static func hash(of token: String) -> String {
    SHA256.hash(data: Data(token.utf8)).map { byte in
      let text = String(byte, radix: 16)
      return text.count == 1 ? "0" + text : text
    }.joined()
  }

  /// The entry of a token; `nil` where there is none.
  func entry(of token: String) -> Entry? { entry(hash: Self.hash(of: token)) }

  /// The entry of a token's hash; `nil` where there is none.
  func entry(hash: String) -> Entry? { places[hash].map { entries[$0] } }
}
