public import Settings

extension SettingsFile {
  /// Makes the table `keys` hold these lines alone, `[command: keys]`, and leaves all other lines as they are.
  ///
  /// A file that is not there is made. A file whose table cannot be changed line by line is left alone.
  /// - Throws: one line if the file cannot be read, changed or written.
  public static func changeKeys(_ path: String, _ keys: [String: String]) throws(OperatorFailure) {
    try SavedFile.update(path, limit: limitBytes) { old throws(OperatorFailure) in
      let text = old ?? header
      let changed = withKeys(text, keys)
      let same = try parse(text, path: path).mapValues(\.text)
      guard (try? parseKeys(changed, path: path))?.mapValues(\.text) == keys,
        (try? parse(changed, path: path))?.mapValues(\.text) == same
      else {
        throw OperatorFailure(
          "\(path): its table of keys cannot be changed line by line", "set `keys` by hand", .configuration)
      }
      return (changed, ())
    }
  }

  /// The text with this table, in place of the one that it has or at the end.
  static func withKeys(_ text: String, _ keys: [String: String]) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    var start = lines.count
    var kept: [String] = []
    var missing = keys
    if let head = lines.firstIndex(where: { $0.hasPrefix("\(keysName):") }) {
      start = head
      let end =
        lines[(head + 1)...].firstIndex { !($0.isEmpty || $0.hasPrefix(" ") || $0.hasPrefix("#")) } ?? lines.count
      // Remarks stay where they are; lines of commands that have their default keys again go.
      kept = lines[(head + 1)..<end].compactMap { line in
        let bare = line.drop { $0 == " " }
        guard !bare.isEmpty, !bare.hasPrefix("#") else { return line }
        let name = String(bare.prefix { $0 != ":" })
        return missing.removeValue(forKey: name).map { entry(name, $0) }
      }
      lines.removeSubrange(head..<end)
    }
    let table = kept + missing.sorted { $0.key < $1.key }.map { entry($0.key, $0.value) }
    if !keys.isEmpty { lines.insert(contentsOf: ["\(keysName):"] + table, at: start) }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func entry(_ command: String, _ keys: String) -> String { "  \(command): \(quoted(keys))" }
}
