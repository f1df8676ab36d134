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
  public static func load(_ path: String) throws(BroadcastFailure) -> [SettingKey: SettingValue] {
    let text: String
    do { text = try TextFile.read(path, limit: limitBytes) } catch {
      switch error {
      case .missing: throw BroadcastFailure("\(path): no such settings file: check --config", .configuration)
      case .unreadable:
        throw BroadcastFailure(
          "\(path): cannot be read: check its permissions (`ls -l \(path)`)", .configuration)
      case .tooLong, .notText:
        throw BroadcastFailure(
          "\(path): not a settings file (UTF-8 text of at most 1 MiB is wanted)", .configuration)
      }
    }
    return try parse(text, path: path)
  }

  /// Reads a file's text; `path` is for messages.
  public static func parse(_ text: String, path: String) throws(BroadcastFailure) -> [SettingKey: SettingValue] {
    let root: YAMLNode?
    do { root = try YAMLDocument.parse(text) } catch {
      throw BroadcastFailure("\(path):\(error.line): not YAML: \(error.problem)", .configuration)
    }
    guard let root, !root.isNull else { return [:] }
    guard case .mapping(let mapping) = root.content else {
      throw BroadcastFailure("\(path):\(root.line): settings are lines of `name: value`", .configuration)
    }
    var values: [SettingKey: SettingValue] = [:]
    for (name, value) in mapping {
      guard let word = name.text, let key = SettingKey(rawValue: word) else {
        let word = name.text ?? "?"
        let hint =
          SettingKey.nearest(to: word).map { "did you mean '\($0.rawValue)'?" }
          ?? "the names are: \(SettingKey.allCases.map(\.rawValue).joined(separator: ", "))"
        throw BroadcastFailure("\(path):\(name.line): unknown setting '\(word)': \(hint)", .configuration)
      }
      guard let text = value.text else {
        throw BroadcastFailure(
          "\(path):\(name.line): \(word): one value is wanted, not a list or a table", .configuration)
      }
      values[key] = .file(key, text, path: path, line: name.line)
    }
    return values
  }
}
