internal import Foundation
internal import Yams

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
    guard let data = FileManager.default.contents(atPath: path) else {
      let exists = FileManager.default.fileExists(atPath: path)
      throw BroadcastFailure(
        exists
          ? "\(path): cannot be read: check its permissions (`ls -l \(path)`)"
          : "\(path): no such settings file: check --config", .configuration)
    }
    guard data.count <= limitBytes, let text = String(data: data, encoding: .utf8) else {
      throw BroadcastFailure("\(path): not a settings file (UTF-8 text of at most 1 MiB is wanted)", .configuration)
    }
    return try parse(text, path: path)
  }

  /// Reads a file's text; `path` is for messages.
  public static func parse(_ text: String, path: String) throws(BroadcastFailure) -> [SettingKey: SettingValue] {
    let root: Node?
    do { root = try Yams.compose(yaml: text) } catch {
      throw BroadcastFailure(syntaxMessage(error, path: path), .configuration)
    }
    guard let root else { return [:] }
    guard case .mapping(let mapping) = root else {
      if case .scalar(let scalar) = root, scalar.string.isEmpty || root.tag == Tag(.null) { return [:] }
      throw BroadcastFailure("\(path):1: settings are lines of `name: value`", .configuration)
    }
    var values: [SettingKey: SettingValue] = [:]
    for (name, value) in mapping {
      let line = name.mark?.line ?? 1
      guard let word = name.scalar?.string, let key = SettingKey(rawValue: word) else {
        let word = name.scalar?.string ?? "?"
        let hint =
          SettingKey.nearest(to: word).map { "did you mean '\($0.rawValue)'?" }
          ?? "the names are: \(SettingKey.allCases.map(\.rawValue).joined(separator: ", "))"
        throw BroadcastFailure("\(path):\(line): unknown setting '\(word)': \(hint)", .configuration)
      }
      guard let scalar = value.scalar else {
        throw BroadcastFailure("\(path):\(line): \(word): one value is wanted, not a list or a table", .configuration)
      }
      guard values[key] == nil else {
        throw BroadcastFailure("\(path):\(line): \(word) is set twice", .configuration)
      }
      values[key] = .file(key, scalar.string, path: path, line: line)
    }
    return values
  }

  private static func syntaxMessage(_ error: any Error, path: String) -> String {
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      "\(path):\(mark.line): not YAML: \(problem)"
    case .duplicatedKeysInMapping(let duplicates, let context):
      "\(path):\(context.mark.line): set twice: \(duplicates.joined(separator: ", "))"
    case .reader(let problem, _, _, _): "\(path): not YAML: \(problem)"
    default: "\(path): not YAML"
    }
  }
}
