public import Settings

/// A settings file: YAML, one mapping from setting names to values.
///
/// ```yaml
/// camera: usb:3A2F71
/// channel: rtmps://a1b2c3d4e5f6.global-contribute.live-video.net:443/app
/// stream-key-file: /etc/ivs-broadcast/stream-key
/// video: 1280x720@30
/// ```
public enum SettingsFile {
  /// The largest file that is read.
  static let limitBytes = 1 << 20

  /// Reads a file.
  /// - Throws: one line with `path:line` for a file that cannot be read, is no YAML, or has a key that is not known.
  public static func load(_ path: String) throws(OperatorFailure) -> [SettingKey: SettingValue] {
    try parse(read(path), path: path)
  }

  /// The keys that a line of the table `keys` gives a command, and where the line stands.
  public struct Keys: Equatable, Sendable {
    /// As written.
    public var text: String
    /// `kiosk.yaml:7: keys`.
    public var origin: String
  }

  /// Reads the other keys that the console is to have: the table `keys`, by the commands' names.
  public static func loadKeys(_ path: String) throws(OperatorFailure) -> [String: Keys] {
    try parseKeys(read(path), path: path)
  }

  private static func read(_ path: String) throws(OperatorFailure) -> String {
    do { return try TextFile.read(path, limit: limitBytes) } catch {
      throw OperatorFailure(
        error == .missing ? "\(path): no such settings file: check --config" : error.line(path), .configuration)
    }
  }

  /// Reads a file's text; `path` is for messages.
  public static func parse(_ text: String, path: String) throws(OperatorFailure) -> [SettingKey: SettingValue] {
    var values: [SettingKey: SettingValue] = [:]
    for (name, value) in try mapping(text, path: path) where name.text != keysName {
      guard let word = name.text, let key = SettingKey(rawValue: word) ?? SettingKey.formerNames[word] else {
        let word = name.text ?? "?"
        let hint =
          SettingKey.nearest(to: word).map { "did you mean '\($0.rawValue)'?" }
          ?? "the names are: \(SettingKey.allCases.map(\.rawValue).joined(separator: ", "))"
        throw OperatorFailure("\(path):\(name.line): unknown setting '\(name.shownName)': \(hint)", .configuration)
      }
      guard let text = value.text else {
        throw OperatorFailure(
          "\(path):\(name.line): \(word): expected one value, not a list or a table", .configuration)
      }
      guard values[key] == nil else {
        let former = SettingKey.formerNames.first { $0.value == key }?.key ?? word
        throw OperatorFailure(
          "\(path):\(name.line): '\(former)' and '\(key.rawValue)' are the same setting", "remove one", .configuration)
      }
      let given = SettingValue.file(key, text, path: path, line: name.line)
      values[key] =
        word == key.rawValue ? given : given.named(formerly: word, now: key.rawValue, at: "\(path):\(name.line): ")
    }
    return values
  }

  static func parseKeys(_ text: String, path: String) throws(OperatorFailure) -> [String: Keys] {
    guard let table = try mapping(text, path: path).first(where: { $0.name.text == keysName })?.value else {
      return [:]
    }
    guard case .mapping(let pairs) = table.content else {
      throw OperatorFailure("\(path):\(table.line): \(keysName): expected lines of `command: key`", .configuration)
    }
    var keys: [String: Keys] = [:]
    for (name, value) in pairs {
      guard let command = name.text, let key = value.text else {
        throw OperatorFailure("\(path):\(name.line): \(keysName): expected lines of `command: key`", .configuration)
      }
      keys[command] = Keys(text: key, origin: "\(path):\(name.line): \(keysName)")
    }
    return keys
  }

  /// The table of the console's keys.
  static let keysName = "keys"

  private static func mapping(
    _ text: String, path: String
  ) throws(OperatorFailure) -> [(name: YAMLNode, value: YAMLNode)] {
    guard let root = try YAMLDocument.read(text, path: path) else { return [] }
    guard case .mapping(let pairs) = root.content else {
      throw OperatorFailure("\(path):\(root.line): settings are lines of `name: value`", .configuration)
    }
    return pairs
  }
}
