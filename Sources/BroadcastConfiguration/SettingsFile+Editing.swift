public import Settings

extension SettingsFile {
  /// Sets values in a file and leaves all other lines as they are.
  ///
  /// A file that is not there is made; it is readable by its owner only. A file whose lines cannot be changed one by one
  /// is left alone.
  /// - Throws: one line if the file cannot be read, changed or written.
  public static func change(_ path: String, _ values: [SettingKey: String]) throws(OperatorFailure) {
    try SavedFile.update(path, limit: limitBytes) { old throws(OperatorFailure) in
      (
        try changed(old ?? header, path, values),
        ()
      )
    }
  }

  /// How a new file begins.
  static let header = "# Settings of ivs-broadcast; `ivs-broadcast settings` lists them all, `keys:` too.\n"

  private static func changed(
    _ text: String, _ path: String, _ values: [SettingKey: String]
  ) throws(OperatorFailure) -> String {
    var wanted = try parse(text, path: path).mapValues(\.text)
    for (key, value) in values { wanted[key] = value }
    let changed = edited(text, values)
    guard (try? parse(changed, path: path))?.mapValues(\.text) == wanted else {
      let names = values.keys.map(\.rawValue).sorted().joined(separator: ", ")
      throw OperatorFailure("\(path): set \(names) by hand: its lines are not `name: value`", .configuration)
    }
    return changed
  }

  /// The text with these values: in the line of each setting where there is one, else at the end.
  static func edited(_ text: String, _ values: [SettingKey: String]) -> String {
    // At line feeds alone: a carriage return before one stays in its line, and nothing else that Unicode calls a line's
    // end is one to be changed.
    var lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
      String($0) ?? ""
    }
    if lines.last == "" { lines.removeLast() }
    for (key, value) in values.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      let line = "\(key.rawValue): \(quoted(value))"
      if let index = lines.firstIndex(where: { $0.hasPrefix("\(key.rawValue):") }) {
        lines[index] = lines[index].utf8.last == UInt8(ascii: "\r") ? "\(line)\r" : line
      } else {
        lines.append(line)
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A YAML scalar in single quotes, which take everything but line breaks literally.
  public static func quoted(_ value: String) -> String {
    "'" + value.filter { !$0.isNewline }.map { $0 == "'" ? "''" : String($0) }.joined() + "'"
  }
}
