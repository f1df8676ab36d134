public import Settings

extension SettingsFile {
  /// Sets values in a file and leaves all other lines as they are.
  ///
  /// A file that is not there is made; it is readable by its owner only. A file whose lines cannot be changed one by one
  /// is left alone.
  /// - Throws: one line if the file cannot be read, changed or written.
  public static func change(_ path: String, _ values: [SettingKey: String]) throws(OperatorFailure) {
    let text: String
    do { text = try TextFile.read(path, limit: limitBytes) } catch {
      guard error == .missing else {
        throw OperatorFailure(
          "\(path): cannot be read, so nothing is kept in it: check its permissions", .configuration)
      }
      text = "# Settings of ivs-broadcast; `ivs-broadcast stream --help` explains them.\n"
    }
    var wanted = try parse(text, path: path).mapValues(\.text)
    for (key, value) in values { wanted[key] = value }
    let changed = edited(text, values)
    guard (try? parse(changed, path: path))?.mapValues(\.text) == wanted else {
      let names = values.keys.map(\.rawValue).sorted().joined(separator: ", ")
      throw OperatorFailure("\(path): set \(names) by hand: its lines are not `name: value`", .configuration)
    }
    try TextFile.write(changed, to: path)
  }

  /// The text with these values: in the line of each setting where there is one, else at the end.
  static func edited(_ text: String, _ values: [SettingKey: String]) -> String {
    var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
    if lines.last == "" { lines.removeLast() }
    for (key, value) in values.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      let line = "\(key.rawValue): \(quoted(value))"
      if let index = lines.firstIndex(where: { $0.hasPrefix("\(key.rawValue):") }) {
        lines[index] = line
      } else {
        lines.append(line)
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A YAML scalar in single quotes, which take everything but line breaks literally.
  static func quoted(_ value: String) -> String {
    "'" + value.filter { !$0.isNewline }.map { $0 == "'" ? "''" : String($0) }.joined() + "'"
  }
}
